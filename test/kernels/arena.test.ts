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
