import { expect, test } from 'vitest';
import { Arena } from '../../src/kernels/arena.ts';

test('an array is zero, wherever it lies: in new memory, over an array that was released, and across both', () => {
  const arena = new Arena();
  const before = arena.f32(10);
  before.fill(1);
  const mark = arena.mark();
  arena.f32(1000).fill(2);
  arena.release(mark);
  expect(arena.u32(500).every((value) => value === 0)).toBe(true);
  arena.release(mark);
  const across = arena.f32(50_000);
  expect(across.every((value) => value === 0)).toBe(true);
  across.fill(3);
  arena.release(mark);
  expect(arena.f32(200_000).every((value) => value === 0)).toBe(true);
  expect([...before]).toEqual(Array(10).fill(1));
});

test('an arena over memory that others wrote to trusts none of it', () => {
  const first = new Arena();
  first.f32(1000).fill(7);
  const second = new Arena(first.memory);
  expect(second.f32(1000).every((value) => value === 0)).toBe(true);
});

test('what was allocated after a mark is released together, and its place given out again', () => {
  const arena = new Arena();
  const kept = arena.f32(3);
  const mark = arena.mark();
  const first = arena.f32(100).byteOffset;
  arena.u32(7);
  arena.release(mark);
  expect(arena.used).toBe(mark);
  expect(arena.u32(100).byteOffset).toBe(first);
  expect(first).toBeGreaterThan(kept.byteOffset);
  expect(arena.used - mark).toBe(448); // 400 bytes, up to the next cache line
});

test('every array begins on a cache line and lies behind the one before it, also where the memory has to grow', () => {
  const arena = new Arena();
  let end = 0;
  for (const length of [1, 15, 16, 17, 70_000, 3, 400_000]) {
    const array = arena.f32(length);
    expect(array.byteOffset % 64).toBe(0);
    expect(array.byteOffset).toBeGreaterThanOrEqual(end);
    expect(array).toHaveLength(length);
    end = array.byteOffset + array.byteLength;
  }
  expect(arena.memory.buffer.byteLength).toBeGreaterThanOrEqual(end);
});

test('the memory grows by an eighth at least, and by no more than a page beyond what is needed for more', () => {
  const PAGE = 65_536;
  const arena = new Arena();
  const size = (): number => arena.memory.buffer.byteLength;
  const words = (bytes: number): number => bytes / 4;
  arena.f32(words(8 * 2 ** 20));
  expect(size()).toBe(Math.ceil(arena.used / PAGE) * PAGE);
  const before = size();
  arena.f32(words(before - arena.used)); // up to the last byte: nothing has to grow
  expect([arena.used, size()]).toEqual([before, before]);
  arena.f32(1);
  expect(size()).toBe(Math.ceil((before * 9) / 8 / PAGE) * PAGE);
});

test('more than 4 GiB is refused with what to do, and what was there can still be used', () => {
  const arena = new Arena();
  const before = arena.f32(4).fill(1);
  expect(() => arena.f32(2 ** 30)).toThrow(
    expect.objectContaining({
      code: 'OUT_OF_MEMORY',
      message: expect.stringMatching(
        /^the engine needs 4\.0\d GiB of memory, but cannot have more than 0\.0\d GiB$/,
      ),
      hint: 'Use fewer hidden units, a smaller vocabulary or smaller minibatches.',
    }) as Error,
  );
  expect([...before, ...arena.f32(2)]).toEqual([1, 1, 1, 1, 0, 0]);
});
