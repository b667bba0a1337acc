/** When a rating pool begins to use workers, and what it hands in at a time: with workers that only count what they are given. */
import { beforeEach, expect, test, vi } from 'vitest';
import { inOrder, RatingPool } from '../../src/model/rating-pool.ts';
import type { SentimentModel } from '../../src/model/sentiment-model.ts';

const { pools } = vi.hoisted(() => ({ pools: [] as { workers: number; given: number; closed: boolean }[] }));
vi.mock('../../src/kernels/node-tasks.ts', () => ({
  TaskPool: class {
    private readonly seen = { workers: 0, given: 0, closed: false };
    constructor({ workers }: { workers: number }) {
      this.seen.workers = workers;
      pools.push(this.seen);
    }
    async run(texts: readonly string[]): Promise<unknown> {
      this.seen.given += texts.length;
      const numbers = new Float32Array(texts.length);
      return { ratings: numbers, distribution: null, knownTerms: numbers, sparsity: [] };
    }
    async close(): Promise<void> {
      this.seen.closed = true;
    }
  },
}));

let here = 0;
const batches: number[] = [];
const model = {
  levels: [1, 2],
  toData: () => ({}),
  predictMany: (texts: readonly string[]) => {
    here += texts.length;
    batches.push(texts.length);
    return texts.map(() => ({ rating: 1, distribution: null, knownTerms: 1 }));
  },
} as unknown as SentimentModel;
const texts = (count: number): string[] => Array(count).fill('good');

beforeEach(() => {
  here = 0;
  pools.length = 0;
  batches.length = 0;
});

test('the first 2,000 texts, together, are rated by the calling thread; the batch that goes beyond, by workers', async () => {
  const pool = new RatingPool(model, 2);
  await pool.rate(texts(1999));
  await pool.rate(texts(1));
  expect([here, pools]).toEqual([2000, []]);
  await pool.rate(texts(1));
  await pool.rate(texts(5));
  expect([here, pools]).toEqual([2000, [{ workers: 2, given: 6, closed: false }]]);
  await pool.close();
  expect(pools[0].closed).toBe(true);
});

test('one batch that is larger goes to workers as a whole', async () => {
  const pool = new RatingPool(model, 2);
  await pool.rate(texts(2001));
  expect([here, pools.map(({ given }) => given)]).toEqual([0, [2001]]);
});

test('with one thread there are no workers, however many the texts', async () => {
  const pool = new RatingPool(model, 1);
  await pool.rate(texts(5000));
  expect([here, pools, pool.ahead]).toEqual([5000, [], 1]);
});

test('as many batches as there are workers, and one more, are worth handing in', () => {
  expect([2, 3].map((threads) => new RatingPool(model, threads).ahead)).toEqual([3, 4]);
});

test.each([
  [0, []],
  [1, [1]],
  [1024, [1024]],
  [2500, [1024, 1024, 452]],
])(
  '%d texts that come one by one are rated in batches of 1,024, and none that is empty',
  async (count, expected) => {
    const pool = new RatingPool(model, 1);
    let rated = 0;
    for await (const _ of pool.rateAll(texts(count))) rated++;
    expect([rated, batches]).toEqual([count, expected]);
  },
);

test('a pool that never had workers is closed as well', async () => {
  await expect(new RatingPool(model, 2).close()).resolves.toBeUndefined();
});

test('a source is ended when nobody wants more of it, if it can be', async () => {
  let ended = 0;
  const next = async () => ({ done: false as const, value: 1 });
  const end = () => {
    ended++;
  };
  for (const more of [{}, { return: end }, { return: async () => end() }]) {
    const items = { [Symbol.asyncIterator]: () => ({ next, ...more }) } as unknown as AsyncIterable<number>;
    for await (const _ of inOrder(items, async () => 1, 2)) break;
  }
  expect(ended).toBe(2);
});
