/** Tensors on their way through a file; what else a file may claim is in the fuzzing and in the tests of models. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTensors, writeTensors } from '../../src/files/safetensors.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-tensors-'));
});
afterAll(() => rm(folder, { recursive: true }));

const tensor = (name: string, ...numbers: number[]) => ({
  name,
  shape: [numbers.length],
  data: Float32Array.from(numbers),
});

test('tensors come back as they were written, to the bit: zeros with their sign, the smallest and the largest', async () => {
  const path = join(folder, 'sound');
  const tensors = [tensor('a', -0, 1e-45, 3.4e38), tensor('b'), tensor('c', 0.1)];
  await writeTensors(path, tensors);
  expect([...(await readTensors(path)).values()]).toEqual(tensors);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  '%d among the numbers is refused with its place',
  async (bad) => {
    const path = join(folder, 'bad');
    await writeTensors(path, [tensor('a', 1), tensor('b', 1, 2, bad, 4)]);
    await expect(readTensors(path)).rejects.toMatchObject({
      code: 'BAD_MODEL',
      message: `${path}: the tensor "b" holds ${bad} at 2, expected finite numbers`,
    });
  },
);
