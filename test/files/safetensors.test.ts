/** Tensors on their way through a file; what else a file may claim is in the fuzzing and in the tests of models. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
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

test('a matrix in bytes comes back within half a step of its rows, zeros as zeros, in about a quarter of the bytes', async () => {
  const [path, whole] = [join(folder, 'bytes'), join(folder, 'whole')];
  const rows = [
    Array.from({ length: 200 }, (_, i) => (i - 63) * 0.01),
    new Array(200).fill(0),
    new Array(200).fill(-3e38),
  ];
  const matrix = { name: 'm', shape: [3, 200], data: Float32Array.from(rows.flat()) };
  await writeTensors(whole, [matrix, tensor('b', 1, 2)]);
  await writeTensors(path, [{ ...matrix, inBytes: true }, tensor('b', 1, 2)]);
  const read = await readTensors(path);
  expect([...read.keys()].sort()).toEqual(['b', 'm']);
  expect(read.get('b')).toEqual(tensor('b', 1, 2));
  expect(read.get('m')!.shape).toEqual([3, 200]);
  rows.forEach((row, r) => {
    const step = Math.max(...row.map(Math.abs)) / 127;
    row.forEach((number, i) => {
      expect(Math.abs(read.get('m')!.data[200 * r + i] - number)).toBeLessThanOrEqual(0.501 * step);
    });
  });
  expect((await stat(whole)).size - (await stat(path)).size).toBeGreaterThan(3 * 600 - 200);
});

test('a row in bytes of the smallest of numbers keeps its sign: no byte overflows where the scale is rounded', async () => {
  const path = join(folder, 'smallest');
  await writeTensors(path, [{ name: 'm', shape: [1, 1], data: Float32Array.of(-2.5e-43), inBytes: true }]);
  expect((await readTensors(path)).get('m')!.data[0]).toBeLessThan(0);
});

test('a matrix in bytes without its scales is refused', async () => {
  const path = join(folder, 'no-scales');
  const matrix = { name: 'm', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4), inBytes: true };
  await writeTensors(path, [matrix]);
  const bytes = await readFile(path);
  await writeFile(path, bytes.toString('latin1').replace('m.scale', 'm.scalX'), 'latin1');
  await expect(readTensors(path)).rejects.toMatchObject({
    code: 'BAD_MODEL',
    message: `${path}: the tensor "m" of the type I8 has no scale for each of its rows`,
  });
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
