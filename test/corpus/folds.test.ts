import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stratifiedFolds, stratifiedSplit } from '../../src/corpus/folds.ts';
import { RandomStream } from '../../src/random.ts';

const stream = (): RandomStream => RandomStream.fromSeed(7);

/** Ratings 1 to 5, skewed, and texts of which some are repeated. */
const reviews = fc
  .array(fc.record({ rating: fc.integer({ min: 1, max: 5 }), text: fc.integer({ min: 0, max: 400 }) }), {
    minLength: 60,
    maxLength: 300,
  })
  .filter((rows) => new Set(rows.map(({ text }) => text)).size >= 20);

test('every review has one fold, and reviews of one text share it', () => {
  fc.assert(
    fc.property(reviews, fc.integer({ min: 2, max: 20 }), (rows, folds) => {
      const texts = rows.map(({ text }) => text);
      const fold = stratifiedFolds(
        rows.map(({ rating }) => rating),
        texts,
        folds,
        stream(),
      );
      const foldOfText = new Map<number, number>();
      fold.forEach((f, row) => {
        expect(f).toBeGreaterThanOrEqual(0);
        expect(f).toBeLessThan(folds);
        expect(foldOfText.get(texts[row]) ?? f).toBe(f);
        foldOfText.set(texts[row], f);
      });
      expect(new Set(fold).size).toBe(folds);
    }),
  );
});

test('without repeats, folds differ by at most one review in size and in each rating', () => {
  const ratings = Array.from({ length: 997 }, (_, i) => [1, 5, 5, 4, 5, 3, 4][i % 7]);
  const fold = stratifiedFolds(
    ratings,
    ratings.map((_, i) => i),
    10,
    stream(),
  );
  const spread = (counts: number[]): number => Math.max(...counts) - Math.min(...counts);
  const count = (keep: (rating: number) => boolean): number[] =>
    Array.from({ length: 10 }, (_, f) => ratings.filter((r, i) => fold[i] === f && keep(r)).length);
  expect(spread(count(() => true))).toBeLessThanOrEqual(1);
  for (const rating of [1, 3, 4, 5]) expect(spread(count((r) => r === rating))).toBeLessThanOrEqual(1);
});

test('continuous ratings are spread evenly too', () => {
  const ratings = Array.from({ length: 500 }, (_, i) => (i * 7919) % 500);
  const fold = stratifiedFolds(
    ratings,
    ratings.map((_, i) => i),
    5,
    stream(),
  );
  for (let f = 0; f < 5; f++) {
    const inside = ratings.filter((_, i) => fold[i] === f);
    expect(inside.length).toBe(100);
    expect(Math.abs(inside.reduce((a, b) => a + b) / 100 - 249.5)).toBeLessThan(3);
  }
});

test('the same seed gives the same folds, another seed others', () => {
  const ratings = Array.from({ length: 100 }, (_, i) => (i % 5) + 1);
  const groups = ratings.map((_, i) => i);
  const first = stratifiedFolds(ratings, groups, 10, stream());
  expect(stratifiedFolds(ratings, groups, 10, stream())).toEqual(first);
  expect(stratifiedFolds(ratings, groups, 10, RandomStream.fromSeed(8))).not.toEqual(first);
});

test('fewer texts than folds are refused', () => {
  expect(() => stratifiedFolds([1, 2, 3, 4], [0, 0, 1, 1], 3, stream())).toThrow(/2 different rated texts/);
});

test('a split sets the asked part aside, of every rating, and parts no text', () => {
  const ratings = Array.from({ length: 1000 }, (_, i) => (i >= 40 && i % 10 === 0 ? 1 : 5));
  const groups = ratings.map((_, i) => (i < 40 ? 0 : i));
  const part = stratifiedSplit(ratings, groups, 0.1, stream());
  const aside = ratings.filter((_, i) => part[i] === 1);
  expect(Math.abs(aside.length - 100)).toBeLessThanOrEqual(20);
  expect(Math.abs(aside.filter((r) => r === 1).length - 9.6)).toBeLessThanOrEqual(3);
  expect(new Set(part.subarray(0, 40)).size).toBe(1);
  expect([...stratifiedSplit(ratings, groups, 0, stream())].every((p) => p === 0)).toBe(true);
});
