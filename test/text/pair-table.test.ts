/** The hash table of pairs, against a Map. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RandomStream } from '../../src/random.ts';
import { PairSieve, PairTable } from '../../src/text/pair-table.ts';

test('gives every new pair the next number and every known one its own, as a Map would', () => {
  const pair = fc.tuple(fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 2 ** 31 })), fc.nat({ max: 999 }));
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 60 }), fc.array(pair, { maxLength: 20 }), (added, asked) => {
      const table = new PairTable(1000, 2);
      const map = new Map<string, number>();
      for (const [first, second] of added) {
        const key = `${first} ${second}`;
        if (!map.has(key)) map.set(key, map.size);
        expect(table.intern(first, second)).toBe(map.get(key));
      }
      expect(table.size).toBe(map.size);
      for (const [first, second] of [...added, ...asked]) {
        expect(table.get(first, second)).toBe(map.get(`${first} ${second}`) ?? -1);
      }
    }),
  );
});

test('keeps every pair through many growths: 50,000 pairs from (0, 0) on, asked in a random order', () => {
  const table = new PairTable(500, 1);
  for (let i = 0; i < 50_000; i++) expect(table.intern(Math.floor(i / 500), i % 500)).toBe(i);
  const order = RandomStream.fromSeed(1).permutation(50_000);
  let wrong = 0;
  for (const i of order) if (table.get(Math.floor(i / 500), i % 500) !== i) wrong++;
  expect(wrong).toBe(0);
  expect(table.get(100, 0)).toBe(-1);
});

test('the sieve lets through every pair that was counted often enough, and of the others hardly one in fifty', () => {
  const sieve = new PairSieve(1000, 40_000);
  for (let i = 0; i < 10_000; i++) {
    const times = i % 10 === 0 ? 4 : 1;
    for (let k = 0; k < times; k++) sieve.add(7 * i, i % 1000);
  }
  const passes = (least: number) =>
    Array.from({ length: 10_000 }, (_, i) => i).filter((i) => sieve.mayHave(7 * i, i % 1000, least));
  expect(passes(1)).toHaveLength(10_000);
  expect(passes(4).filter((i) => i % 10 === 0)).toHaveLength(1000);
  expect(passes(4).length).toBeLessThan(1000 + 9000 / 50);
});

test('the sieve counts up to 255, and takes that for any number above', () => {
  const sieve = new PairSieve(10, 1);
  for (let k = 0; k < 254; k++) sieve.add(1, 2);
  expect([sieve.mayHave(1, 2, 254), sieve.mayHave(1, 2, 255)]).toEqual([true, false]);
  for (let k = 0; k < 300; k++) sieve.add(1, 2);
  expect([sieve.mayHave(1, 2, 255), sieve.mayHave(1, 2, 100_000)]).toEqual([true, true]);
});
