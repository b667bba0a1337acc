/** The sparse matrix: what its operations mean, compared with dense ones on random matrices, and what its check refuses. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StarlingError } from '../../src/errors.ts';
import {
  type CsrMatrix,
  checkCsr,
  entryCount,
  sparsity,
  stackRows,
  takeRows,
  toDense,
} from '../../src/sparse/csr.ts';

/** The matrix of some rows, each a map from column to value; binary when no values are wanted. */
function fromRows(rows: readonly ReadonlyMap<number, number>[], cols: number, binary: boolean): CsrMatrix {
  const sorted = rows.map((row) => [...row].sort(([a], [b]) => a - b));
  const starts = [0];
  for (const row of sorted) starts.push(starts[starts.length - 1] + row.length);
  const entries = sorted.flat();
  return {
    rows: rows.length,
    cols,
    rowStart: Uint32Array.from(starts),
    columns: Uint32Array.from(entries, ([column]) => column),
    values: binary ? null : Float32Array.from(entries, ([, value]) => value),
  };
}

/** Matrices of 0 to 8 rows and 0 to 12 columns, some rows empty, some stored values zero. */
const matrices = (cols: fc.Arbitrary<number> = fc.integer({ min: 0, max: 12 })): fc.Arbitrary<CsrMatrix> =>
  cols.chain((width) => {
    const entry = fc.tuple(
      fc.integer({ min: 0, max: Math.max(0, width - 1) }),
      fc.oneof(fc.constant(0), fc.float({ min: -8, max: 8, noNaN: true })),
    );
    const row = width === 0 ? fc.constant<[number, number][]>([]) : fc.array(entry, { maxLength: 2 * width });
    return fc.tuple(fc.array(row, { maxLength: 8 }), fc.boolean()).map(([rows, binary]) =>
      fromRows(
        rows.map((one) => new Map(one)),
        width,
        binary,
      ),
    );
  });

/** The rows of a dense copy. */
function denseRows(matrix: CsrMatrix): number[][] {
  const dense = toDense(matrix);
  return Array.from({ length: matrix.rows }, (_, r) => [
    ...dense.subarray(r * matrix.cols, (r + 1) * matrix.cols),
  ]);
}

test('a dense copy holds every entry at its place and zeros elsewhere', () => {
  const rows = [
    new Map([[2, 0.5]]),
    new Map<number, number>(),
    new Map([
      [3, -1],
      [0, 2],
    ]),
  ];
  expect(denseRows(fromRows(rows, 4, false))).toEqual([
    [0, 0, 0.5, 0],
    [0, 0, 0, 0],
    [2, 0, 0, -1],
  ]);
  expect(denseRows(fromRows(rows, 4, true))).toEqual([
    [0, 0, 1, 0],
    [0, 0, 0, 0],
    [1, 0, 0, 1],
  ]);
});

test('every well-formed matrix passes the check', () => {
  fc.assert(fc.property(matrices(), (matrix) => checkCsr(matrix)));
});

test('the sparsity is the fraction of exact zeros of the dense copy, zeros that are stored among them', () => {
  fc.assert(
    fc.property(matrices(), (matrix) => {
      const dense = toDense(matrix);
      const zeros = dense.filter((value) => value === 0).length;
      expect(sparsity(matrix)).toBeCloseTo(dense.length === 0 ? 1 : zeros / dense.length, 12);
    }),
  );
});

test('taking rows takes them in the given order, repeats and all, and gives a sound matrix', () => {
  fc.assert(
    fc.property(matrices(), fc.array(fc.nat(), { maxLength: 12 }), (matrix, picks) => {
      const rows = matrix.rows === 0 ? [] : picks.map((pick) => pick % matrix.rows);
      const taken = takeRows(matrix, rows);
      checkCsr(taken);
      const all = denseRows(matrix);
      expect(denseRows(taken)).toEqual(rows.map((row) => all[row]));
      expect(taken.values === null).toBe(matrix.values === null);
    }),
  );
});

test('taking all rows in order gives the matrix back, and a copy: changing it leaves the source alone', () => {
  fc.assert(
    fc.property(matrices(), (matrix) => {
      const all = Array.from({ length: matrix.rows }, (_, r) => r);
      const copy = takeRows(matrix, all);
      expect(copy).toEqual(matrix);
      copy.columns.fill(0);
      copy.values?.fill(9);
      expect(takeRows(matrix, all)).toEqual(matrix);
    }),
  );
});

const sameWidth = fc
  .integer({ min: 0, max: 9 })
  .chain((cols) => fc.tuple(matrices(fc.constant(cols)), matrices(fc.constant(cols))));

test('stacking puts one dense matrix under the other; binary only if both are', () => {
  fc.assert(
    fc.property(sameWidth, ([upper, lower]) => {
      const stacked = stackRows(upper, lower);
      checkCsr(stacked);
      expect(denseRows(stacked)).toEqual([...denseRows(upper), ...denseRows(lower)]);
      expect(stacked.values === null).toBe(upper.values === null && lower.values === null);
      expect(entryCount(stacked)).toBe(entryCount(upper) + entryCount(lower));
    }),
  );
});

test('what was stacked can be taken apart again', () => {
  fc.assert(
    fc.property(sameWidth, ([upper, lower]) => {
      const stacked = stackRows(upper, lower);
      const top = takeRows(
        stacked,
        Array.from({ length: upper.rows }, (_, r) => r),
      );
      const bottom = takeRows(
        stacked,
        Array.from({ length: lower.rows }, (_, r) => upper.rows + r),
      );
      expect(denseRows(top)).toEqual(denseRows(upper));
      expect(denseRows(bottom)).toEqual(denseRows(lower));
    }),
  );
});

test('matrices of different widths are not stacked', () => {
  const [narrow, wide] = [fromRows([], 3, true), fromRows([], 4, true)];
  expect(() => stackRows(narrow, wide)).toThrow(
    expect.objectContaining({ code: 'BAD_INPUT', message: 'cannot stack 3 columns on 4 columns' }) as Error,
  );
});

describe('the check refuses, with BAD_INPUT,', () => {
  const sound = (): CsrMatrix =>
    fromRows(
      [
        new Map([
          [0, 1],
          [2, 0.5],
        ]),
        new Map(),
        new Map([[1, 2]]),
      ],
      3,
      false,
    );
  const broken: [what: string, matrix: CsrMatrix, message: string][] = [
    ['too few row starts', { ...sound(), rows: 4 }, 'rowStart has 4 entries, expected 5'],
    ['too many row starts', { ...sound(), rows: 2 }, 'rowStart has 4 entries, expected 3'],
    [
      'a first row that does not begin at 0',
      { ...sound(), rowStart: Uint32Array.of(1, 2, 2, 3) },
      'begins with 1',
    ],
    ['rows that end beyond the entries', { ...sound(), rowStart: Uint32Array.of(0, 2, 2, 4) }, 'ends at 4'],
    ['row starts that fall', { ...sound(), rowStart: Uint32Array.of(0, 2, 1, 3) }, 'falls at row 1'],
    ['fewer values than entries', { ...sound(), values: Float32Array.of(1, 1) }, '2 values for 3 entries'],
    [
      'a column that does not exist',
      { ...sound(), columns: Uint32Array.of(0, 3, 1) },
      'row 0 names column 3 of 3',
    ],
    ['a column named twice', { ...sound(), columns: Uint32Array.of(2, 2, 1) }, 'row 0 does not ascend'],
    ['columns in falling order', { ...sound(), columns: Uint32Array.of(2, 0, 1) }, 'row 0 does not ascend'],
    ['a value that is no number', { ...sound(), values: Float32Array.of(1, Number.NaN, 1) }, 'the value NaN'],
    [
      'an infinite value',
      { ...sound(), values: Float32Array.of(1, 1, Number.POSITIVE_INFINITY) },
      'row 2 holds',
    ],
  ];
  test.each(broken)('%s', (_what, matrix, message) => {
    expect(() => checkCsr(sound())).not.toThrow();
    let error: unknown;
    try {
      checkCsr(matrix);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(StarlingError);
    expect(error).toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining(message) });
  });

  test('any single damage to the columns or row starts of a random matrix, unless it is another sound one', () => {
    fc.assert(
      fc.property(
        matrices(fc.integer({ min: 1, max: 6 })),
        fc.nat(),
        fc.nat({ max: 20 }),
        (matrix, at, value) => {
          const damaged = {
            ...matrix,
            rowStart: matrix.rowStart.slice(),
            columns: matrix.columns.slice(),
          };
          const place = at % (damaged.rowStart.length + damaged.columns.length);
          if (place < damaged.rowStart.length) damaged.rowStart[place] = value;
          else damaged.columns[place - damaged.rowStart.length] = value;
          let refused = false;
          try {
            checkCsr(damaged);
          } catch {
            refused = true;
          }
          // Sound means: every row is a list of distinct ascending columns, and the rows follow one another.
          const { rowStart, columns, rows, cols } = damaged;
          const ends = [...rowStart];
          const sound =
            ends[0] === 0 &&
            ends.every((end, r) => r === 0 || end >= ends[r - 1]) &&
            ends[rows] <= columns.length &&
            Array.from({ length: rows }, (_, r) => [...columns.slice(ends[r], ends[r + 1])]).every((row) =>
              row.every((column, i) => column < cols && (i === 0 || column > row[i - 1])),
            );
          expect(refused).toBe(!sound);
        },
      ),
      { numRuns: 500 },
    );
  });
});
