/** The hash table of pairs, against a Map. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RandomStream } from '../../src/random.ts';
import { PairTable } from '../../src/text/pair-table.ts';

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
