import { describe, expect, test } from 'vitest';
import { termWeights } from '../../src/finetuning/term-weights.ts';
import type { CsrMatrix } from '../../src/sparse/csr.ts';

/** Rows of terms to a binary matrix. */
function matrix(rows: readonly (readonly number[])[], cols: number): CsrMatrix {
  const rowStart = Uint32Array.from([0, ...rows.map((_, i) => rows.slice(0, i + 1).flat().length)]);
  return { rows: rows.length, cols, rowStart, columns: Uint32Array.from(rows.flat()), values: null };
}

describe('the weight of a term', () => {
  test('is the magnitude of its log-count ratio, by hand: three good reviews, one bad', () => {
    const x = matrix(
      [
        [0, 2],
        [0, 2],
        [0, 1, 2],
        [1, 2],
      ],
      3,
    );
    // Occurrences in good and in bad reviews, one more each: (4, 1), (2, 2), (4, 2); together 10 and 5.
    const expected = [4 / 10 / (1 / 5), 2 / 10 / (2 / 5), 4 / 10 / (2 / 5)].map((ratio) =>
      Math.abs(Math.log(ratio)),
    );
    const weights = termWeights(x, [5, 5, 5, 1], [1, 5]);
    weights.forEach((weight, term) => {
      expect(weight).toBeCloseTo(expected[term], 3);
    });
    expect(weights[2]).toBe(0);
  });

  test('does not ask which side the term is on', () => {
    const rows = [[0], [0, 1], [1], [0]];
    const ratings = [1, 2, 4, 5];
    const turned = ratings.map((rating) => 6 - rating);
    expect(termWeights(matrix(rows, 2), ratings, [1, 5])).toEqual(
      termWeights(matrix(rows, 2), turned, [1, 5]),
    );
  });

  test('grows with how far the ratings are from the middle, which itself says nothing', () => {
    const ofFirst = (rating: number): number =>
      termWeights(matrix([[0], [1], [2]], 3), [rating, 1, 5], [1, 5])[0];
    expect(ofFirst(3)).toBeCloseTo(0, 3);
    expect(ofFirst(4)).toBeGreaterThan(0.3);
    expect(ofFirst(5)).toBeGreaterThan(ofFirst(4) + 0.05);
  });

  test('is known for a scale of one level, and for a term that no review holds', () => {
    expect(termWeights(matrix([[0], [0]], 2), [3, 3], [3, 3])).toEqual([0, 0]);
  });

  test('has four digits', () => {
    // (2, 1) and (3, 3) of 5 and 4: the logarithms of 1.6 and 1.25, 0.470004 and 0.223144.
    const x = matrix([[0], [1], [1], [1], [1]], 2);
    expect(termWeights(x, [5, 1, 1, 5, 5], [1, 5])).toEqual([0.47, 0.2231]);
  });
});
