/** Reading a request's body on its own: what is refused, and when. */
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { HeldBytes, readJsonBody } from '../../src/server/body.ts';
import { defaultLimits } from '../../src/server/limits.ts';

const limits = { ...defaultLimits, maxBodyBytes: 10 };

/** A request whose body has not come yet. */
function request(length: number | null): PassThrough & IncomingMessage {
  const headers = {
    'content-type': 'application/json',
    ...(length !== null && { 'content-length': `${length}` }),
  };
  return Object.assign(new PassThrough(), { headers }) as unknown as PassThrough & IncomingMessage;
}

test('a length that is too large is refused before a byte of the body has come', async () => {
  const incoming = request(11);
  await expect(readJsonBody(incoming, limits, new HeldBytes(100))).rejects.toMatchObject({
    code: 'TOO_LARGE',
    status: 413,
  });
  expect(incoming.listenerCount('data')).toBe(0);
});

test('the largest length is read; more than was said, or with no length, is refused when it comes', async () => {
  const held = new HeldBytes(100);
  const whole = request(10);
  whole.end('"12345678"');
  expect(await readJsonBody(whole, limits, held)).toEqual({ json: '12345678', bytes: 10 });
  held.giveBack(10);
  for (const length of [10, null]) {
    const incoming = request(length);
    incoming.write('"1234567');
    incoming.write('89"');
    await expect(readJsonBody(incoming, limits, held)).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect(held.now).toBe(0);
  }
});

test('what is no JSON, or ends too early, holds nothing afterwards', async () => {
  const held = new HeldBytes(100);
  const broken = request(1);
  broken.end('{');
  await expect(readJsonBody(broken, limits, held)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  const cut = request(9);
  cut.write('{"a"');
  setTimeout(() => cut.destroy(), 5);
  await expect(readJsonBody(cut, limits, held)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  expect(held.now).toBe(0);
});
