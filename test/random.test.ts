/**
 * The counter-based random numbers: the published test vectors of Threefry, and what streams promise.
 * Statistical bounds are five standard errors; the seeds are fixed, so a test that passes once passes always.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RandomStream, threefry2x32 } from '../src/random.ts';

function block(k0: number, k1: number, c0: number, c1: number): string {
  const out = new Uint32Array(2);
  threefry2x32(k0, k1, c0, c1, out);
  return [...out].map((word) => word.toString(16).padStart(8, '0')).join(' ');
}

// Random123 (github.com/DEShawResearch/random123), tests/kat_vectors, the lines "threefry 2 32 20": counter, key, result.
test.each([
  { counter: [0, 0], key: [0, 0], result: '6b200159 99ba4efe' },
  { counter: [0xffffffff, 0xffffffff], key: [0xffffffff, 0xffffffff], result: '1cb996fc bb002be7' },
  { counter: [0x243f6a88, 0x85a308d3], key: [0x13198a2e, 0x03707344], result: 'c4923a9c 483df7a0' },
])('Threefry-2x32-20 gives the known answer $result', ({ counter, key, result }) => {
  expect(block(key[0], key[1], counter[0], counter[1])).toBe(result);
});

describe('a stream', () => {
  const stream = RandomStream.fromSeed(7).split('test');

  test('gives the same word for the same counter, whatever was drawn before', () => {
    const forwards = Array.from({ length: 100 }, (_, i) => stream.word(i));
    const backwards = Array.from({ length: 100 }, (_, i) => stream.word(99 - i)).reverse();
    expect(backwards).toEqual(forwards);
    expect(new Set(forwards).size).toBe(100);
  });

  test('draws the two words of one Threefry block for counters 2 n and 2 n + 1, beyond 2^32 too', () => {
    const hex = (counter: number): string => stream.word(counter).toString(16).padStart(8, '0');
    for (const pair of [0, 1, 12345, 2 ** 32 + 5, 2 ** 51]) {
      const high = Math.floor(pair / 2 ** 32);
      expect(`${hex(2 * pair)} ${hex(2 * pair + 1)}`).toBe(
        block(stream.key0, stream.key1, pair % 2 ** 32, high),
      );
    }
  });

  test('depends on all 53 bits of its seed', () => {
    const seeds = [0, 1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 52, Number.MAX_SAFE_INTEGER];
    expect(new Set(seeds.map((seed) => RandomStream.fromSeed(seed).word(0))).size).toBe(seeds.length);
  });

  test('splits into different streams by name and by index, which do not depend on each other', () => {
    const parts = [
      stream,
      stream.split('a'),
      stream.split('b'),
      stream.split('ab'),
      stream.split('a').split('b'),
      stream.split('b').split('a'),
      stream.split(''),
      stream.split('a', 1),
      stream.split('a', 2),
      stream.split('a', 1).split('a', 1),
    ];
    expect(new Set(parts.map(({ key0, key1 }) => `${key0} ${key1}`)).size).toBe(parts.length);
    expect(stream.split('a', 1)).toEqual(parts[7]);
  });

  test('correlates with no stream split from it: below 5 standard errors over 20,000 numbers', () => {
    const n = 20_000;
    const correlation = (a: RandomStream, b: RandomStream, lag: number): number => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += (a.uniform(i) - 0.5) * (b.uniform(i + lag) - 0.5);
      return (sum / n) * 12; // the variance of a uniform number is 1/12
    };
    const one = stream.split('layer', 0);
    for (const [a, b, lag] of [
      [stream, one, 0],
      [one, stream.split('layer', 1), 0],
      [one, stream.split('layes', 0), 0],
      [one, one, 1],
      [one, one, 2],
    ] as const) {
      expect(Math.abs(correlation(a, b, lag))).toBeLessThan(5 / Math.sqrt(n));
    }
  });

  test('has uniform numbers in [0, 1): mean and variance within 5 standard errors over 100,000', () => {
    const n = 100_000;
    let [sum, squares, least, most] = [0, 0, 1, 0];
    for (let i = 0; i < n; i++) {
      const u = stream.uniform(i);
      sum += u;
      squares += (u - 0.5) ** 2;
      least = Math.min(least, u);
      most = Math.max(most, u);
    }
    expect(least).toBeGreaterThanOrEqual(0);
    expect(most).toBeLessThan(1);
    expect(Math.abs(sum / n - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(squares / n - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / n));
  });

  test('has integers in [0, bound), each as often as the others: chi-square below its 5-sigma point', () => {
    const n = 60_000;
    for (const bound of [1, 2, 3, 7, 10, 100]) {
      const counts = new Array<number>(bound).fill(0);
      for (let i = 0; i < n; i++) counts[stream.integer(i, bound)]++;
      expect(counts.length).toBe(bound);
      const expected = n / bound;
      const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      expect(chiSquare).toBeLessThan(bound - 1 + 5 * Math.sqrt(2 * (bound - 1)) + 1);
    }
  });

  test('has integers below any bound up to 2^32', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 2 ** 32 }), (counter, bound) => {
        const i = stream.integer(counter, bound);
        return Number.isInteger(i) && i >= 0 && i < bound;
      }),
    );
  });

  test('permutes: every number once, for any length', () => {
    for (const length of [0, 1, 2, 3, 17, 1000]) {
      const permutation = stream.split('length', length).permutation(length);
      expect([...permutation].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
    }
  });

  test('puts every number at every place equally often: within 5 standard errors over 24,000 shuffles of 4', () => {
    const n = 24_000;
    const orders = new Map<string, number>();
    for (let i = 0; i < n; i++) {
      const order = stream.split('shuffle', i).permutation(4).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(24);
    const error = Math.sqrt(n * (1 / 24) * (23 / 24));
    for (const count of orders.values()) expect(Math.abs(count - n / 24)).toBeLessThan(5 * error);
  });
});
