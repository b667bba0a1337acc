import { beforeAll, describe, expect, test } from 'vitest';
import type { ExplainAnswer, HealthAnswer, ModelFacts, PredictAnswer } from '../../src/server/protocol.ts';
import type { RunningServer } from '../../src/server/serve.ts';
import { errorIn, post, postHead, Raw, sampleModel, server } from './helpers.ts';

let running: RunningServer;
beforeAll(async () => {
  running = await server();
});

const TEXTS = ['The soup was cold.', 'Lovely food, kind staff!', '', '<script>alert(1)</script> great'];

describe('answers', () => {
  test('/predict rates texts in order, exactly as the model does', async () => {
    const response = await post(running, 'predict', { texts: TEXTS });
    const answer = (await response.json()) as PredictAnswer;
    const model = await sampleModel();
    expect(response.status).toBe(200);
    expect(answer).toEqual({ levels: model.levels, predictions: model.predictMany(TEXTS) });
  });

  test('/predict gives a single text the same shape as several', async () => {
    const answer = (await (await post(running, 'predict', { text: TEXTS[0] })).json()) as PredictAnswer;
    expect(answer.predictions).toEqual([(await sampleModel()).predict(TEXTS[0])]);
  });

  test('/predict rates a thousand texts, more than a slice holds, in order', async () => {
    const texts = Array.from(
      { length: 1000 },
      (_, i) => `review ${i}: ${TEXTS[i % 4]} ${'lovely '.repeat(i % 7)}`,
    );
    const { predictions } = (await (await post(running, 'predict', { texts })).json()) as PredictAnswer;
    expect(predictions).toEqual((await sampleModel()).predictMany(texts));
  });

  test('/explain splits the rating over the words, as the model does', async () => {
    const { explanations } = (await (
      await post(running, 'explain', { texts: TEXTS })
    ).json()) as ExplainAnswer;
    const model = await sampleModel();
    expect(explanations).toEqual(TEXTS.map((text) => JSON.parse(JSON.stringify(model.explain(text)))));
    const [{ base, rating, contributions }] = explanations;
    const sum = contributions.reduce((total, { contribution }) => total + contribution, base);
    expect(Math.abs(sum - rating)).toBeLessThan(1e-9);
  });

  test('/model says what a page needs to know, /health that all is well', async () => {
    const facts = (await (await fetch(`${running.url}model`)).json()) as ModelFacts;
    expect(facts).toMatchObject({
      levels: [1, 2, 3, 4, 5],
      head: 'softmax',
      terms: 1766,
      hidden: [200],
      rated: 2000,
    });
    const health = (await (await fetch(`${running.url}health`)).json()) as HealthAnswer;
    expect(health).toEqual({ status: 'ok', version: facts.version, requests: 0 });
  });

  test('the page and its files come with their types, and not again when they are known', async () => {
    const page = await fetch(running.url);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toContain('<meta name="starling-engine" content="server">');
    for (const [name, type] of [
      ['page.js', 'text/javascript'],
      ['page.css', 'text/css'],
      ['icon.svg', 'image/svg+xml'],
    ]) {
      const first = await fetch(running.url + name);
      expect(first.headers.get('content-type')).toContain(type);
      const again = await fetch(running.url + name, {
        headers: { 'If-None-Match': first.headers.get('etag')! },
      });
      expect([again.status, await again.text()]).toEqual([304, '']);
    }
  });

  test('every answer has the security headers: strict policies, no sniffing, no framing', async () => {
    const answers = [
      await fetch(running.url),
      await fetch(`${running.url}page.js`),
      await fetch(`${running.url}health`),
      await fetch(`${running.url}nothing`),
      await post(running, 'predict', { text: 'x' }),
      await post(running, 'predict', 'no json'),
    ];
    for (const { headers } of answers) {
      const policy = headers.get('content-security-policy')!;
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });
});

describe('refusals', () => {
  const bodies: readonly [
    what: string,
    path: string,
    body: string | Uint8Array,
    status: number,
    message: RegExp,
  ][] = [
    ['no JSON', 'predict', '{"text": ', 400, /is no JSON/],
    ['an empty body', 'predict', '', 400, /is no JSON/],
    ['bytes that are not UTF-8', 'predict', Uint8Array.of(0x22, 0xff, 0x22), 400, /not valid UTF-8/],
    ['a list', 'predict', '[]', 400, /a list, not an object/],
    ['null', 'predict', 'null', 400, /null, not an object/],
    ['brackets without end', 'predict', '['.repeat(200_000), 400, /is no JSON/],
    ['brackets a hundred thousand deep', 'predict', `${'['.repeat(1e5)}${']'.repeat(1e5)}`, 400, /a list/],
    ['neither text nor texts', 'predict', '{}', 400, /neither "text" nor "texts"/],
    ['both', 'explain', '{"text": "a", "texts": ["b"]}', 400, /both/],
    [
      'an unknown field, with the one that is meant',
      'predict',
      '{"txt": "a"}',
      400,
      /"txt", which is not known/,
    ],
    ['__proto__', 'predict', '{"__proto__": {"text": "a"}}', 400, /"__proto__", which is not known/],
    ['a text that is a number', 'predict', '{"text": 5}', 400, /"text" is a number, not a string/],
    ['a text that is null', 'explain', '{"text": null}', 400, /"text" is null, not a string/],
    ['texts that are no list', 'predict', '{"texts": "a"}', 400, /"texts" is a string, not a list/],
    ['no texts', 'predict', '{"texts": []}', 400, /"texts" is empty/],
    ['a list among the texts', 'predict', '{"texts": ["a", ["b"]]}', 400, /"texts"\[1\] is a list/],
    [
      'too many texts to rate',
      'predict',
      JSON.stringify({ texts: Array(1001).fill('') }),
      413,
      /1,001 texts are more than the 1,000/,
    ],
    [
      'too many texts to explain',
      'explain',
      JSON.stringify({ texts: Array(51).fill('') }),
      413,
      /51 texts are more than the 50/,
    ],
    [
      'too long a text to explain',
      'explain',
      JSON.stringify({ text: 'a '.repeat(25_001) }),
      413,
      /50,002 characters/,
    ],
    [
      'a body that is too large',
      'predict',
      JSON.stringify({ text: 'a'.repeat(2 ** 20) }),
      413,
      /larger than 1,048,576 bytes/,
    ],
  ];
  test.each(bodies)('%s', async (_what, path, body, status, message) => {
    const response = await post(running, path, body);
    const error = errorIn(await response.text());
    expect([response.status, error.message]).toEqual([status, expect.stringMatching(message)]);
    expect(error.code).toBe(status === 413 ? 'TOO_LARGE' : 'BAD_REQUEST');
    expect(error.hint).not.toBe('');
  });

  test('a long unknown field is cut in the message', async () => {
    const { message } = errorIn(await (await post(running, 'predict', { ['x'.repeat(10_000)]: 1 })).text());
    expect(message.length).toBeLessThan(100);
  });

  test('a body in chunks that say no length is cut off at the limit', async () => {
    const raw = new Raw(running).write(
      'POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    const piece = 'a'.repeat(65_536);
    for (let i = 0; i < 20; i++) raw.write(`10000\r\n${piece}\r\n`);
    const { status, body } = await raw.answer();
    expect([status, errorIn(body).code]).toEqual([413, 'TOO_LARGE']);
    raw.socket.destroy();
  });

  test('another content type, such as a form of another site can send, and compressed bodies', async () => {
    const sets: Record<string, string>[] = [
      { 'Content-Type': 'text/plain' },
      { 'Content-Type': 'application/x-www-form-urlencoded' },
      { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
    ];
    for (const headers of sets) {
      const response = await fetch(`${running.url}predict`, {
        method: 'POST',
        headers,
        body: '{"text":"a"}',
      });
      expect([response.status, errorIn(await response.text()).code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    }
  });

  test('unknown addresses and paths that climb out', async () => {
    for (const path of [
      '/nothing',
      '/../../../etc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/page.js/../../cli/main.js',
      '//etc/passwd',
    ]) {
      const raw = new Raw(running).write(
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      );
      const { status, body } = await raw.answer();
      expect([path, status, errorIn(body).code]).toEqual([path, 404, 'NOT_FOUND']);
    }
  });

  test('other methods, with those that are taken', async () => {
    const get = await fetch(`${running.url}predict`);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    expect(errorIn(await get.text()).code).toBe('METHOD_NOT_ALLOWED');
    const put = await fetch(`${running.url}health`, { method: 'PUT', body: 'x' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    const options = await fetch(`${running.url}predict`, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('access-control-allow-origin')]).toEqual([405, null]);
    expect((await fetch(`${running.url}health`, { method: 'HEAD' })).status).toBe(200);
  });

  test('requests addressed to a name that is not this machine’s, as after DNS rebinding', async () => {
    for (const host of [
      'evil.example',
      `evil.example:${running.port}`,
      '192.168.1.5',
      'localhost.evil.example',
    ]) {
      const raw = new Raw(running).write(
        `GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      );
      const { status, body } = await raw.answer();
      expect([host, status, errorIn(body).code]).toEqual([host, 403, 'FORBIDDEN']);
    }
    for (const host of ['localhost', `LOCALHOST:${running.port}`, '127.0.0.1:1', '[::1]:80']) {
      const raw = new Raw(running).write(
        `GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      );
      expect([host, (await raw.answer()).status]).toEqual([host, 200]);
    }
  });

  test('what is no HTTP, headers without end, a head without host: JSON, and the connection is closed', async () => {
    const cases: [string, number][] = [
      ['nonsense\r\n\r\n', 400],
      ['GET / HTTP/1.1\r\nHost: localhost\r\nbroken header\r\n\r\n', 400],
      ['GET / HTTP/1.1\r\n\r\n', 400],
      [`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
      [`${postHead('/predict', 3, 'Transfer-Encoding: chunked\r\n')}abc`, 400],
    ];
    for (const [text, status] of cases) {
      const raw = new Raw(running).write(text);
      const answer = await raw.answer();
      expect([text.slice(0, 30), answer.status]).toEqual([text.slice(0, 30), status]);
      expect(errorIn(answer.body).code).toBe(status === 431 ? 'HEADERS_TOO_LARGE' : 'BAD_REQUEST');
      raw.socket.destroy();
    }
  });

  test('refused requests leave nothing behind, and the next one is answered', async () => {
    const health = (await (await fetch(`${running.url}health`)).json()) as HealthAnswer;
    expect(health.requests).toBe(0);
    expect((await post(running, 'predict', { text: 'fine' })).status).toBe(200);
  });
});
