/** Minibatches of sparse rows in the arena: rows that are picked out, and copies of batches. */
import { expect, test } from 'vitest';
import { createEngine } from '../../src/kernels/node-engine.ts';
import { SparseBatch, Transpose } from '../../src/network/sparse-batch.ts';
import type { CsrMatrix } from '../../src/sparse/csr.ts';

const matrix: CsrMatrix = {
  rows: 3,
  cols: 6,
  rowStart: Uint32Array.of(0, 2, 2, 5),
  columns: Uint32Array.of(1, 4, 0, 3, 5),
  values: Float32Array.of(0.5, 2, 3, 4, 5),
};
const binary: CsrMatrix = { ...matrix, values: null };

const content = (batch: SparseBatch) => ({
  rows: batch.rows,
  rowStart: [...batch.rowStart.slice(0, batch.rows + 1)],
  columns: [...batch.columns.slice(0, batch.entries)],
  values: batch.binary ? null : [...batch.growingValues.current.slice(0, batch.entries)],
});

test('a batch has no rows until some are loaded, in the order in which they are named; empty ones count', () => {
  const batch = new SparseBatch(createEngine(), 4, 6);
  expect([batch.rows, batch.entries, batch.valuesAddress]).toEqual([0, 0, 0]);
  batch.load(matrix, [2, 1, 0, 2]);
  expect(content(batch)).toEqual({
    rows: 4,
    rowStart: [0, 3, 3, 5, 8],
    columns: [0, 3, 5, 1, 4, 0, 3, 5],
    values: [3, 4, 5, 0.5, 2, 3, 4, 5],
  });
  expect(batch.valuesAddress).toBe(batch.growingValues.current.byteOffset);
  batch.load(binary, [0]);
  expect(content(batch)).toEqual({ rows: 1, rowStart: [0, 2], columns: [1, 4], values: null });
  expect(batch.valuesAddress).toBe(0);
});

test.each([
  ['with values', matrix],
  ['binary', binary],
])('a copy of a batch %s stays what it is when the batch is loaded anew', (_name, of) => {
  const engine = createEngine();
  const [batch, copy] = [new SparseBatch(engine, 3, 6), new SparseBatch(engine, 3, 6)];
  // Of the other kind before.
  copy.load(of === matrix ? binary : matrix, [1, 0]);
  batch.load(of, [2, 0]);
  const before = content(batch);
  copy.copy(batch);
  expect(content(copy)).toEqual(before);
  batch.load(of, [0, 1, 2]);
  expect(content(copy)).toEqual(before);
});

test('parts of a transpose have whole chunks, each term and its entries once', () => {
  const engine = createEngine();
  const cols = 900;
  const rows = 12;
  // Row r has every term that r + 1 divides: 900 + 450 + ... entries, in chunks of about 1024.
  const columns = Array.from({ length: rows }, (_, r) =>
    Array.from({ length: Math.ceil(cols / (r + 1)) }, (_, i) => i * (r + 1)),
  );
  const rowStart = Uint32Array.from({ length: rows + 1 }, (_, r) => columns.slice(0, r).flat().length);
  const batch = new SparseBatch(engine, rows, cols);
  batch.load({ rows, cols, rowStart, columns: Uint32Array.from(columns.flat()), values: null }, [
    ...Array(rows).keys(),
  ]);
  const transpose = new Transpose(engine, cols);
  transpose.of(engine, batch);
  expect(transpose.chunks).toBe(3);
  for (const [most, chunks] of [
    [1, [1, 1, 1]],
    [700, [2, 1]],
    [900, [3]],
  ] as const) {
    const found: number[] = [];
    const entries: number[][] = Array.from({ length: rows }, () => []);
    let chunk = 0;
    for (const expected of chunks) {
      const { termCount, terms, termStart, entryRow, ...part } = transpose.part(chunk, most);
      expect(part.chunks).toBe(expected);
      if (expected > 1) expect(termCount).toBeLessThanOrEqual(most);
      for (let t = 0; t < termCount; t++) {
        found.push(terms[t]);
        for (let e = termStart[t]; e < termStart[t + 1]; e++) entries[entryRow[e]].push(terms[t]);
      }
      chunk += part.chunks;
    }
    expect(found).toEqual([...Array(cols).keys()]);
    expect(entries).toEqual(columns);
  }
});
