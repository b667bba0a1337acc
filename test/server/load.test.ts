/** What a server does when there is more to do than it can: every bound is reached, and nothing that was accepted is lost. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { afterAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/server/app.ts';
import { HeldBytes } from '../../src/server/body.ts';
import { defaultLimits } from '../../src/server/limits.ts';
import type { ExplainAnswer, HealthAnswer, PredictAnswer } from '../../src/server/protocol.ts';
import { RatingQueue } from '../../src/server/rating-queue.ts';
import type { RunningServer } from '../../src/server/serve.ts';
import { errorIn, LONG_TEXT, post, postHead, Raw, sampleModel, server } from './helpers.ts';

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

async function health({ url }: RunningServer): Promise<HealthAnswer> {
  return (await (await fetch(`${url}health`)).json()) as HealthAnswer;
}

/** Waits until no request is under way. */
async function idle(running: RunningServer): Promise<void> {
  const began = performance.now();
  while ((await health(running)).requests > 0) {
    if (performance.now() - began > 5000) throw new Error('requests are still under way after 5 s');
    await pause(10);
  }
}

const heavy = { texts: Array(6).fill(LONG_TEXT.slice(0, 100_000)) };

describe('more requests than are taken', () => {
  test('get 503 with Retry-After, at once; those that were accepted are all answered right', async () => {
    const running = await server({ limits: { maxRequests: 4 } });
    const [expected] = (await sampleModel()).predictMany([heavy.texts[0]]);
    const answers = await Promise.all(Array.from({ length: 40 }, () => post(running, 'predict', heavy)));
    const accepted = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 503);
    expect(accepted.length + refused.length).toBe(40);
    expect(accepted.length).toBeGreaterThanOrEqual(4);
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of accepted) {
      const { predictions } = (await answer.json()) as PredictAnswer;
      expect(predictions).toEqual(Array(6).fill(expected));
    }
    for (const answer of refused) {
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(errorIn(await answer.text()).code).toBe('BUSY');
    }
    await idle(running);
    expect((await post(running, 'predict', heavy)).status).toBe(200);
  });

  test('are refused before their bodies are read', async () => {
    const running = await server({ limits: { maxRequests: 1, workSeconds: 20 } });
    const first = post(running, 'explain', { texts: Array(5).fill(LONG_TEXT.slice(0, 10_000)) });
    while ((await health(running)).requests === 0) await pause(1);
    const raw = new Raw(running).write(postHead('/predict', 1_000_000));
    const { status, body } = await raw.answer();
    expect([status, errorIn(body).code]).toEqual([503, 'BUSY']);
    raw.socket.destroy();
    expect((await first).status).toBe(200);
  });

  test('hold no more bytes together than they may, and give them back', async () => {
    const running = await server({ limits: { maxHeldBytes: 300_000 } });
    const slow = [1, 2].map(() =>
      new Raw(running).write(postHead('/predict', 200_000)).write('a'.repeat(140_000)),
    );
    await pause(200);
    const refused = await post(running, 'predict', { text: 'a'.repeat(100_000) });
    expect([refused.status, errorIn(await refused.text()).code]).toEqual([503, 'BUSY']);
    for (const { socket } of slow) socket.destroy();
    await pause(200);
    expect((await post(running, 'predict', { text: 'a'.repeat(100_000) })).status).toBe(200);
  });

  test('take turns: a text does not wait for all slices of a large request', async () => {
    const running = await server();
    await post(running, 'predict', { text: 'warm' });
    const order: string[] = [];
    const large = post(running, 'explain', { texts: Array(12).fill(LONG_TEXT.slice(0, 4000)) }).then(
      async (r) => {
        expect(((await r.json()) as ExplainAnswer).explanations.length).toBe(12);
        order.push('large');
      },
    );
    while ((await health(running)).requests === 0) await pause(1);
    const small = post(running, 'predict', { text: 'Lovely!' }).then(() => order.push('small'));
    await Promise.all([large, small]);
    expect(order).toEqual(['small', 'large']);
  });
});

test('held bytes are counted exactly', () => {
  const held = new HeldBytes(10);
  expect([held.take(6), held.take(5), held.now]).toEqual([true, false, 6]);
  held.giveBack(6);
  expect([held.take(10), held.now]).toEqual([true, 10]);
});

describe('time', () => {
  test('work that takes longer than it may ends with 504, its worker with it, and the next request is answered', async () => {
    const running = await server({ limits: { workSeconds: 0.03 } });
    const response = await post(running, 'predict', { text: LONG_TEXT.repeat(3) });
    const error = errorIn(await response.text());
    expect([response.status, error.code]).toEqual([504, 'TIMEOUT']);
    expect(error.message).toContain('0.03 seconds');
    await idle(running);
    for (let attempt = 0; ; attempt++) {
      const { status } = await post(running, 'predict', { text: 'Lovely!' });
      if (status === 200) break; // the new worker loads its model, in which time turns run out
      expect([503, 504]).toContain(status);
      if (attempt > 2000) throw new Error('no worker came back');
      await pause(10);
    }
  });

  test('a request whose turn never came is told to come again', async () => {
    const queue = new RatingQueue({
      model: (await sampleModel()).toData(),
      workers: 1,
      workSeconds: 0.05,
      onFailure: () => {},
    });
    const never = new AbortController().signal;
    // The only worker is still loading.
    await expect(queue.run('predict', ['a'], never)).rejects.toMatchObject({ code: 'BUSY', status: 503 });
    await queue.close();
  });

  test('clients that send slowly, headers or body, are answered 408 and cut off; others do not notice', async () => {
    const running = await server({ limits: { headerSeconds: 0.5, arrivalSeconds: 0.8 } });
    const began = performance.now();
    const header = new Raw(running).write('POST /predict HTTP/1.1\r\nHost: local');
    const body = new Raw(running).write(postHead('/predict', 100)).write('{"text":');
    const drip = setInterval(() => body.write(' '), 100);
    expect((await post(running, 'predict', { text: 'Lovely!' })).status).toBe(200);
    for (const raw of [header, body]) {
      const answer = await raw.answer();
      expect([answer.status, errorIn(answer.body).code]).toEqual([408, 'TOO_SLOW']);
      await raw.closed;
    }
    clearInterval(drip);
    expect(performance.now() - began).toBeLessThan(4000);
    await idle(running);
  });

  test('connections on which nothing happens are closed', async () => {
    const running = await server({ limits: { silenceSeconds: 0.3 } });
    const began = performance.now();
    await new Raw(running).closed;
    expect(performance.now() - began).toBeLessThan(3000);
  });

  test('a kept connection is closed when no request comes, and says when', async () => {
    const running = await server({ limits: { idleSeconds: 1 } });
    const raw = new Raw(running).write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect((await raw.answer()).head).toMatch(/^keep-alive: timeout=1$/im);
    const began = performance.now();
    await raw.closed;
    expect(performance.now() - began).toBeGreaterThan(500);
    expect(performance.now() - began).toBeLessThan(5000);
  });

  test('a server that the machine holds up for seconds loses none of the requests that came meanwhile', async () => {
    const running = await server();
    const raw = new Raw(running).write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await raw.answer();
    raw.forget().write('GET /model HTTP/1.1\r\nHost: localhost\r\n\r\n');
    // Longer than Node keeps an idle connection if it is not told: its clock would come before what has arrived.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6500);
    expect((await raw.answer()).body).toContain('"levels"');
    raw.socket.destroy();
  }, 20_000);

  test('connections beyond the limit are closed, and taken again when there is room', async () => {
    const running = await server({ limits: { maxConnections: 3 } });
    const raws = [1, 2, 3].map(() => new Raw(running));
    await pause(100);
    const fourth = new Raw(running).write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await expect(fourth.answer()).rejects.toThrow('was closed');
    for (const { socket } of raws) socket.destroy();
    await pause(100);
    expect((await health(running)).status).toBe('ok');
  });
});

describe('a client that disconnects', () => {
  test('while it is worked for costs at most the slice that runs', async () => {
    const queue = new RatingQueue({
      model: (await sampleModel()).toData(),
      workers: 1,
      workSeconds: 60,
      onFailure: () => {},
    });
    await queue.start();
    const gone = new AbortController();
    const all = Array(50).fill(LONG_TEXT.slice(0, 20_000));
    const began = performance.now();
    await queue.run('explain', all.slice(0, 2), new AbortController().signal);
    const two = performance.now() - began;
    const left = queue.run('explain', all, gone.signal);
    gone.abort();
    await expect(left).rejects.toThrow('gone');
    const again = performance.now();
    await queue.run('predict', ['Lovely!'], new AbortController().signal);
    // Fifty explanations would take 25 times as long as two.
    expect(performance.now() - again).toBeLessThan(5 * two);
    await queue.close();
  });

  test('in the middle of its body, or before its answer, leaves nothing behind', async () => {
    const running = await server();
    const body = JSON.stringify({ texts: Array(40).fill(LONG_TEXT.slice(0, 1200)) });
    for (let i = 0; i < 20; i++) {
      const half = new Raw(running).write(postHead('/predict', 1000)).write('{"text": "a');
      const whole = new Raw(running).write(postHead('/explain', body.length)).write(body);
      await pause(5);
      half.socket.destroy();
      whole.socket.destroy();
    }
    await idle(running);
    expect((await post(running, 'predict', { text: 'Lovely!' })).status).toBe(200);
  });
});

test('an error that is no refusal becomes INTERNAL, and its words stay here', async () => {
  const heard: string[] = [];
  const app = createApp({
    facts: { version: '', levels: [1, 2], head: 'softmax', terms: 0, hidden: [], rated: 0, unrated: 0 },
    queue: {
      run: () => Promise.reject(new Error('cannot open /home/someone/secret/model.safetensors')),
    },
    page: new Map(),
    limits: defaultLimits,
    hosts: null,
    stopping: () => false,
    onFailure: (why) => heard.push(why),
  });
  const http = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  afterAll(() => http.close());
  const response = await fetch(`http://127.0.0.1:${(http.address() as AddressInfo).port}/predict`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"text": "a"}',
  });
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({
    error: { code: 'INTERNAL', message: 'this is a bug in starling', hint: '' },
  });
  expect(heard.join()).toContain('secret');
});

describe('a server that is asked to stop', () => {
  test('answers what it has accepted, refuses what comes, and is gone', async () => {
    const running = await server();
    const texts = Array(20).fill(LONG_TEXT.slice(0, 2500));
    const kept = new Raw(running).write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await kept.answer();
    const accepted = Promise.all([1, 2, 3].map(() => post(running, 'explain', { texts })));
    while ((await health(running)).requests < 3) await pause(1);
    const stopped = running.stop();
    const answers = await accepted;
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(((await answer.json()) as ExplainAnswer).explanations.length).toBe(20);
    }
    await stopped;
    await kept.closed;
    await expect(fetch(`${running.url}health`)).rejects.toThrow();
  });

  test('cuts off, after the grace, a client that never ends its request', async () => {
    const running = await server({ limits: { graceSeconds: 0.3 } });
    const raw = new Raw(running).write(postHead('/predict', 1000)).write('{');
    await pause(50);
    const began = performance.now();
    await running.stop();
    await raw.closed;
    expect(performance.now() - began).toBeLessThan(3000);
  });

  test('stops once, however often it is asked', async () => {
    const running = await server();
    await Promise.all([running.stop(), running.stop()]);
  });
});
