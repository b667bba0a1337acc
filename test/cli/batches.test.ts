import { expect, test } from 'vitest';
import { inBatches } from '../../src/cli/batches.ts';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function* stream(items: readonly (number | 'pause' | Error)[]): AsyncGenerator<number> {
  for (const item of items) {
    if (item instanceof Error) throw item;
    if (item === 'pause') await wait(150);
    else yield item;
  }
}

async function collect(items: AsyncIterable<number[]>): Promise<number[][]> {
  const all: number[][] = [];
  for await (const batch of items) all.push(batch);
  return all;
}

test('batches are full while items keep coming, and none is lost', async () => {
  expect(await collect(inBatches(stream([1, 2, 3, 4, 5]), 2, 1000))).toEqual([[1, 2], [3, 4], [5]]);
  expect(await collect(inBatches(stream([1, 2]), 2, 1000))).toEqual([[1, 2]]);
  expect(await collect(inBatches(stream([]), 2, 1000))).toEqual([]);
});

test('a pause of the input hands on what has come', async () => {
  const items = stream(['pause', 1, 2, 'pause', 'pause', 3, 'pause']);
  expect(await collect(inBatches(items, 100, 30))).toEqual([[1, 2], [3]]);
});

test('what came before an error is handed on before the error is thrown', async () => {
  const seen: number[][] = [];
  const run = async (): Promise<void> => {
    for await (const batch of inBatches(stream([1, 2, 3, new Error('row 4')]), 2, 1000)) {
      seen.push(batch);
      await wait(20); // the error arrives meanwhile, and must not count as unhandled
    }
  };
  await expect(run()).rejects.toThrow('row 4');
  expect(seen[0]).toEqual([1, 2]);
});

test('whoever stops early closes the input', async () => {
  let closed = false;
  async function* endless(): AsyncGenerator<number> {
    try {
      for (let i = 0; ; i++) yield i;
    } finally {
      closed = true;
    }
  }
  for await (const batch of inBatches(endless(), 3, 1000)) {
    expect(batch).toEqual([0, 1, 2]);
    break;
  }
  expect(closed).toBe(true);
});
