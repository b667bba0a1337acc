import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { CORPORA, type Running, starling, start } from './helpers.ts';

const MODEL = `${CORPORA}../models/restaurants`;

interface Served extends Running {
  readonly url: string;
  readonly said: () => string;
}

/** Started on a free port, once it has printed where. */
async function serve(...args: string[]): Promise<Served> {
  const running = start(['serve', MODEL, '--port', '0', '--threads', '1', ...args]);
  let said = '';
  running.child.stdout!.on('data', (text: string) => {
    said += text;
  });
  await running.heard('http://');
  await running.heard('\n');
  return { ...running, url: /http:\/\/[^"\s]+/.exec(said)![0], said: () => said };
}

function rate(url: string, text: string): Promise<Response> {
  return fetch(`${url}predict`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ text }),
  });
}

test('serve listens on loopback, prints where, rates, and ends well when it is asked to', async () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const { child, ended, url, said } = await serve();
    expect(said()).toBe(`${url}\n`);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const { predictions } = (await (await rate(url, 'Lovely!')).json()) as { predictions: unknown[] };
    expect(predictions.length).toBe(1);
    child.kill(signal);
    const { code, stderr } = await ended;
    expect([signal, code]).toEqual([signal, 0]);
    expect(stderr).toContain('stopping');
  }
});

test('--json prints one object when it listens, and --quiet says nothing else', async () => {
  const { child, ended, said, url } = await serve('--json', '--quiet');
  const { port } = new URL(url);
  expect(JSON.parse(said())).toEqual({ url, host: '127.0.0.1', port: Number(port) });
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: 0, stderr: '' });
});

test('a second signal leaves at once, whoever still waits', async () => {
  const { child, ended, url } = await serve('--time-limit', '60');
  const text = Array.from({ length: 2000 }, (_, i) => `soup ${i} was cold`).join(' ');
  const lost = fetch(`${url}explain`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ texts: Array(50).fill(text.slice(0, 1000)) }),
  }).catch(() => null);
  // Held open, so that the server cannot end by itself.
  const open = fetch(`${url}predict`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{')) }),
    duplex: 'half',
  } as RequestInit).catch(() => null);
  await new Promise((resolve) => setTimeout(resolve, 200));
  child.kill('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(child.exitCode).toBeNull();
  child.kill('SIGTERM');
  expect((await ended).code).toBe(143);
  await Promise.all([lost, open]);
});

test('limits are flags', async () => {
  const { child, ended, url } = await serve('--max-body', '1024', '--max-requests', '1', '--time-limit', '5');
  const answer = await rate(url, 'a'.repeat(2000));
  expect([answer.status, await answer.text()]).toEqual([413, expect.stringContaining('1,024 bytes')]);
  expect((await rate(url, 'a'.repeat(900))).status).toBe(200);
  child.kill('SIGTERM');
  await ended;
});

test('a port in use, a bad port, a bad host and a folder that is no model are said in one line', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const taken = await starling(['serve', MODEL, '--port', String(port)]);
  expect(taken).toMatchObject({ code: 2, stdout: '' });
  expect(taken.stderr).toContain(
    `cannot listen on 127.0.0.1, port ${port}: the port is in use\nName another`,
  );
  other.close();
  const bad = await starling(['serve', MODEL, '--port', '99999']);
  expect(bad).toMatchObject({ code: 2, stdout: '' });
  expect(bad.stderr).toContain('--port is "99999", expected a whole number from 0 to 65535');
  const host = await starling(['serve', MODEL, '--port', '0', '--host', '203.0.113.7']);
  expect(host).toMatchObject({ code: 2, stdout: '' });
  expect(host.stderr).toContain('this machine has no such address');
  const none = await starling(['serve', `${CORPORA}nothing`]);
  expect(none).toMatchObject({ code: 3, stdout: '' });
  expect(none.stderr).toContain('there is no folder');
});

test('listening for other machines is said, and any name for the host is taken then', async () => {
  const { child, ended, url } = await serve('--host', '0.0.0.0');
  const { port } = new URL(url);
  const answer = await fetch(`http://127.0.0.1:${port}/health`, { headers: { Host: 'my-machine.local' } });
  expect(answer.status).toBe(200);
  child.kill('SIGTERM');
  expect((await ended).stderr).toContain('other machines can reach this server');
});
