import { expect, test } from 'vitest';
import { inOrder, RatingPool } from '../../src/model/rating-pool.ts';
import { SentimentModel } from '../../src/model/sentiment-model.ts';

const model = await SentimentModel.load('models/restaurants', 'wasm');
const words = ['good', 'awful', 'the', 'food', 'was', 'soup', 'not', 'lovely', 'zzyzx', 'cold'];
const texts = Array.from({ length: 7000 }, (_, i) =>
  Array.from({ length: 1 + (i % 13) }, (_, k) => words[(i * 7 + k * k + (i >> 3)) % words.length]).join(' '),
);

test('ratings by workers are those of one thread, in the order of the texts', async () => {
  const pool = new RatingPool(model, 3);
  const rated = [];
  for await (const prediction of pool.rateAll(texts)) rated.push(prediction);
  await pool.close();
  expect(rated).toEqual(model.predictMany(texts));
});

test('a pool that was closed starts anew', async () => {
  const pool = new RatingPool(model, 2);
  await pool.rate(texts);
  await pool.close();
  expect(await pool.rate(texts.slice(0, 3))).toEqual(model.predictMany(texts.slice(0, 3)));
  await pool.close();
});

async function* paused(release: Promise<void>): AsyncGenerator<number> {
  yield 1;
  await release;
  yield 2;
}

test('a result does not wait for the next item', async () => {
  let release = (): void => {};
  const order = inOrder(paused(new Promise((resolve) => (release = resolve))), async (n) => 10 * n, 4);
  expect((await order.next()).value).toEqual([1, 10]);
  release();
  expect((await order.next()).value).toEqual([2, 20]);
  expect((await order.next()).done).toBe(true);
});

test('results come in order whatever finishes first, and an error comes in its turn', async () => {
  const late = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  async function* items(): AsyncGenerator<number> {
    yield* [30, 1, 20, -1, 5];
  }
  const seen: number[] = [];
  const run = async (): Promise<void> => {
    for await (const [item] of inOrder(
      items(),
      async (n) => {
        if (n < 0) throw new Error('bad item');
        await late(n);
      },
      3,
    ))
      seen.push(item);
  };
  await expect(run()).rejects.toThrow('bad item');
  expect(seen).toEqual([30, 1, 20]);
});

test('no more items than are allowed are worked on at a time, and that many are', async () => {
  async function* items(): AsyncGenerator<number> {
    yield* Array.from({ length: 20 }, (_, i) => i);
  }
  let [now, most] = [0, 0];
  const work = async (): Promise<void> => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 5));
    now--;
  };
  const seen: number[] = [];
  for await (const [item] of inOrder(items(), work, 3)) seen.push(item);
  expect(seen).toHaveLength(20);
  expect(most).toBe(3);
});
