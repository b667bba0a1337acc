/**
 * Which slice of which request goes to which worker, and when: with workers that answer when they are told to, so that the
 * order is seen and not guessed from times. Real workers are in load.test.ts.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ModelData } from '../../src/model/sentiment-model.ts';
import { RatingQueue } from '../../src/server/rating-queue.ts';
import type { Slice } from '../../src/server/rating-worker.ts';

const { workers, FakeWorker } = await vi.hoisted(async () => {
  const { EventEmitter } = await import('node:events');
  const workers: FakeWorker[] = [];

  /** Remembers what it was sent; answers with the texts of the slice. */
  class FakeWorker extends EventEmitter {
    readonly sent: Slice[] = [];
    terminated = false;

    constructor() {
      super();
      workers.push(this);
    }

    postMessage(slice: Slice): void {
      this.sent.push(slice);
    }

    async terminate(): Promise<void> {
      this.terminated = true;
      this.emit('exit', 1);
    }

    /** The model is loaded. */
    ready(): void {
      this.emit('message', { bytes: new Uint8Array() });
    }

    answer(): void {
      this.emit('message', { bytes: new TextEncoder().encode(this.sent.at(-1)?.texts.join('')) });
    }
  }
  return { workers, FakeWorker };
});
vi.mock('node:worker_threads', async (original) => ({
  ...(await original<typeof import('node:worker_threads')>()),
  Worker: FakeWorker,
}));

const never = new AbortController().signal;
const SECONDS = 30;
let heard: string[];

function queueOf(most: number): RatingQueue {
  return new RatingQueue({
    model: {} as ModelData,
    workers: most,
    workSeconds: SECONDS,
    onFailure: (why) => heard.push(why),
  });
}

/** Texts of a request to explain that has this many slices, all of one letter. */
const long = (letter: string, slices: number): string[] => Array(16 * slices).fill(letter);

const textOf = async (pieces: Promise<Uint8Array[]>): Promise<string[]> =>
  (await pieces).map((piece) => new TextDecoder().decode(piece));

/** The first letters of what a worker was sent. */
const order = ({ sent }: (typeof workers)[number]): string => sent.map(({ texts }) => texts[0][0]).join('');

beforeEach(() => {
  heard = [];
  workers.length = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('turns', () => {
  test('requests of one slice and those of several take turns while there are both', () => {
    const queue = queueOf(1);
    const asked = [
      queue.run('explain', long('a', 4), never),
      queue.run('predict', ['x'], never),
      queue.run('predict', ['y'], never),
      queue.run('predict', ['z'], never),
      queue.run('predict', ['v'], never),
    ];
    workers[0].ready();
    for (let i = 0; i < 8; i++) workers[0].answer();
    expect(order(workers[0])).toBe('xayazava');
    return Promise.all(asked);
  });

  test('among those of several slices, and among those of one, first come, first served', () => {
    const queue = queueOf(1);
    const asked = [
      queue.run('explain', long('a', 2), never),
      queue.run('explain', long('b', 2), never),
      queue.run('explain', ['x'], never),
    ];
    workers[0].ready();
    for (let i = 0; i < 5; i++) workers[0].answer();
    expect(order(workers[0])).toBe('xaabb');
    return Promise.all(asked);
  });

  test('a short request that comes while a long one runs is next, and the long one goes on after it', () => {
    const queue = queueOf(1);
    void queue.run('explain', long('a', 3), never);
    workers[0].ready();
    void queue.run('predict', ['x'], never);
    void queue.run('predict', ['y'], never);
    for (let i = 0; i < 5; i++) workers[0].answer();
    expect(order(workers[0])).toBe('axaya');
  });
});

describe('several workers', () => {
  test('the slices of a request are answered in their order, whichever worker ends first', async () => {
    const queue = queueOf(3);
    const texts = [...long('a', 1), ...long('b', 1), ...long('c', 1), ...long('d', 1)];
    const pieces = textOf(queue.run('explain', texts, never));
    workers[0].ready();
    workers[1].ready();
    workers[2].ready();
    expect(workers.map(order)).toEqual(['a', 'b', 'c']);
    workers[2].answer();
    expect(order(workers[2])).toBe('cd');
    workers[2].answer();
    workers[1].answer();
    workers[0].answer();
    expect(await pieces).toEqual(['a', 'b', 'c', 'd'].map((letter) => letter.repeat(16)));
  });

  test('are started one after the other, as far as there is work, and no more of them than may be', () => {
    const queue = queueOf(2);
    expect(workers).toHaveLength(0);
    void queue.run('predict', ['x'], never);
    void queue.run('predict', ['y'], never);
    void queue.run('predict', ['z'], never);
    expect(workers).toHaveLength(1);
    workers[0].ready();
    expect(workers).toHaveLength(2);
    workers[1].ready();
    expect(workers).toHaveLength(2);
    expect(workers.map(order)).toEqual(['x', 'y']);
  });
});

describe('a slice that does not end', () => {
  test('costs its worker, and no other; another one takes its place', async () => {
    const queue = queueOf(2);
    const stuck = queue.run('predict', ['stuck'], never);
    stuck.catch(() => {});
    const other = textOf(queue.run('predict', ['other'], never));
    workers[0].ready();
    vi.advanceTimersByTime(1000);
    workers[1].ready();
    vi.advanceTimersByTime(1000 * SECONDS - 1000 - 1);
    expect(workers[0].terminated).toBe(false);
    vi.advanceTimersByTime(1);
    await expect(stuck).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(workers.map(({ terminated }) => terminated)).toEqual([true, false]);
    expect(heard).toEqual([]); // a worker that was ended is no failure of the server
    workers[1].answer();
    expect(await other).toEqual(['other']);
    const [next, after] = ['n', 'm'].map((text) => textOf(queue.run('predict', [text], never)));
    expect(workers).toHaveLength(3);
    workers[2].ready();
    workers[2].answer();
    workers[1].answer();
    expect([await next, await after]).toEqual([['n'], ['m']]);
  });

  test('has its time from when its turn came, not from when it was asked for', async () => {
    const queue = queueOf(1);
    void queue.run('predict', ['a'], never);
    const second = textOf(queue.run('predict', ['b'], never));
    workers[0].ready();
    vi.advanceTimersByTime(1000 * (SECONDS - 1));
    workers[0].answer();
    vi.advanceTimersByTime(1000 * (SECONDS - 1));
    workers[0].answer();
    expect(await second).toEqual(['b']);
    vi.advanceTimersByTime(1000 * SECONDS);
    expect(workers[0].terminated).toBe(false);
  });
});

describe('a request that is given up', () => {
  test('has no further slice run', async () => {
    const queue = queueOf(1);
    const gone = new AbortController();
    const given = queue.run('explain', long('a', 3), gone.signal);
    workers[0].ready();
    gone.abort();
    await expect(given).rejects.toThrow('gone');
    const next = textOf(queue.run('predict', ['x'], never));
    workers[0].answer();
    workers[0].answer();
    expect([order(workers[0]), await next]).toEqual(['ax', ['x']]);
  });

  test('before it was asked for is never begun', async () => {
    const queue = queueOf(1);
    await expect(queue.run('predict', ['x'], AbortSignal.abort())).rejects.toThrow('gone');
    expect(workers).toHaveLength(0);
  });
});

describe('a worker that ends by itself', () => {
  test('fails its request alone, and the next one is answered by another', async () => {
    const queue = queueOf(1);
    const failed = queue.run('predict', ['a'], never);
    const waiting = textOf(queue.run('predict', ['b'], never));
    workers[0].ready();
    workers[0].emit('error', new Error('broken'));
    await expect(failed).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(heard.join()).toContain('broken');
    workers[1].ready();
    workers[1].answer();
    expect(await waiting).toEqual(['b']);
  });

  test('before it came to life fails all that wait: there would be no end of workers', async () => {
    const queue = queueOf(2);
    const waiting = [queue.run('predict', ['a'], never), queue.run('explain', long('b', 2), never)];
    workers[0].emit('exit', 1);
    for (const given of waiting) await expect(given).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(workers).toHaveLength(1);
  });

  test('and a slice that fails are told apart: then the worker stays', async () => {
    const queue = queueOf(1);
    const failed = queue.run('predict', ['a'], never);
    const next = textOf(queue.run('predict', ['b'], never));
    workers[0].ready();
    workers[0].emit('message', { failed: 'a bug' });
    await expect(failed).rejects.toMatchObject({ code: 'INTERNAL' });
    workers[0].answer();
    expect([await next, heard, workers.length]).toEqual([['b'], ['a bug'], 1]);
  });
});

test('a queue that is closed refuses what runs and what waits, and ends its workers', async () => {
  const queue = queueOf(1);
  const given = [queue.run('predict', ['a'], never), queue.run('explain', long('b', 2), never)];
  workers[0].ready();
  await Promise.all([
    queue.close(),
    ...given.map((one) => expect(one).rejects.toMatchObject({ code: 'STOPPING' })),
  ]);
  expect([workers.length, workers[0].terminated, heard]).toEqual([1, true, []]);
});
