/**
 * Corruption: x~ = Bern(1 - p0) x + (x = 0) Bern(p1). Rates are counted over many entries and compared within five
 * standard errors; the seeds are fixed.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createEngine } from '../../src/kernels/node-engine.ts';
import { SparseBatch } from '../../src/network/sparse-batch.ts';
import { Corruption } from '../../src/pretraining/corruption.ts';
import { RandomStream } from '../../src/random.ts';
import { type CsrMatrix, toDense } from '../../src/sparse/csr.ts';
import { randomCsr } from '../network/cases.ts';

const engine = createEngine();
const root = RandomStream.fromSeed(2);

/** The corrupted rows of a matrix, and for each row its columns as they were written. */
function corrupt(
  x: CsrMatrix,
  { masking, salt }: { masking: number; salt: number },
  stream: RandomStream,
  rows = Array.from({ length: x.rows }, (_, r) => r),
) {
  const mark = engine.arena.mark();
  const batch = new SparseBatch(engine, rows.length, x.cols);
  batch.load(x, rows);
  const drawn = new Corruption(engine, rows.length, x.cols, masking, salt).draw(engine, batch, rows, stream);
  const rowStart = drawn.rowStart.slice(0, rows.length + 1);
  const columns = drawn.columns.slice(0, drawn.entries);
  const values = drawn.binary ? null : drawn.growingValues.current.slice(0, drawn.entries);
  const noisy: CsrMatrix = { rows: rows.length, cols: x.cols, rowStart, columns, values };
  engine.arena.release(mark);
  return { noisy, dense: toDense(noisy), before: toDense(x) };
}

/** The share of `hits` among `n` is p, within 5 standard errors. */
function expectRate(hits: number, n: number, p: number): void {
  expect(Math.abs(hits / n - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / n) + 1e-12);
}

const x = randomCsr(400, 300, true, root.split('x'));
const weighted = randomCsr(60, 50, false, root.split('weighted'));

describe('masking', () => {
  test.each([0.001, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999])('drops entries with the probability %d', (masking) => {
    const { noisy } = corrupt(x, { masking, salt: 0 }, root);
    expectRate(x.columns.length - noisy.columns.length, x.columns.length, masking);
  });

  test('drops nothing with the probability 0: the copy is the original, to the byte', () => {
    for (const matrix of [x, weighted]) {
      expect(corrupt(matrix, { masking: 0, salt: 0 }, root).noisy).toEqual(matrix);
    }
  });

  test('keeps the columns in order and the values of what stays', () => {
    const { noisy, dense, before } = corrupt(weighted, { masking: 0.5, salt: 0 }, root);
    for (let r = 0; r < noisy.rows; r++) {
      const row = [...noisy.columns.subarray(noisy.rowStart[r], noisy.rowStart[r + 1])];
      expect(row).toEqual([...row].sort((a, b) => a - b));
    }
    dense.forEach((value, i) => {
      if (value !== 0) expect(value).toBe(before[i]);
    });
    expect(dense.filter((value) => value !== 0).length).toBeGreaterThan(100);
  });

  test('drops each place of a review as often as any other, independently of its neighbour', () => {
    const cols = 6;
    const full: CsrMatrix = {
      rows: 20_000,
      cols,
      rowStart: Uint32Array.from({ length: 20_001 }, (_, r) => r * cols),
      columns: Uint32Array.from({ length: 20_000 * cols }, (_, e) => e % cols),
      values: null,
    };
    const { dense } = corrupt(full, { masking: 0.3, salt: 0 }, root);
    for (let c = 0; c < cols; c++) {
      let [dropped, both] = [0, 0];
      for (let r = 0; r < full.rows; r++) {
        if (dense[r * cols + c] !== 0) continue;
        dropped++;
        if (dense[r * cols + ((c + 1) % cols)] === 0) both++;
      }
      expectRate(dropped, full.rows, 0.3);
      expectRate(both, dropped, 0.3);
    }
  });
});

describe('salt', () => {
  test.each([0.0001, 0.005, 0.05, 0.2, 0.5])('sets zeros to one with the probability %d', (salt) => {
    const { dense, before } = corrupt(x, { masking: 0, salt }, root);
    let [zeros, ones] = [0, 0];
    before.forEach((value, i) => {
      if (value !== 0) return;
      zeros++;
      ones += dense[i];
    });
    expectRate(ones, zeros, salt);
  });

  test.each([1, 2, 3, 17])('has the same rate with as few as %i columns', (cols) => {
    const empty: CsrMatrix = {
      rows: 20_000,
      cols,
      rowStart: new Uint32Array(20_001),
      columns: new Uint32Array(0),
      values: null,
    };
    const { dense } = corrupt(empty, { masking: 0, salt: 0.4 }, root);
    for (let c = 0; c < cols; c++) {
      expectRate(dense.filter((value, i) => value !== 0 && i % cols === c).length, empty.rows, 0.4);
    }
  });

  test('adds ones, never to an entry that is there, and names no column twice', () => {
    for (const matrix of [x, weighted]) {
      const { noisy, dense, before } = corrupt(matrix, { masking: 0, salt: 0.3 }, root);
      dense.forEach((value, i) => {
        if (before[i] !== 0) expect(value).toBe(before[i]);
        else if (value !== 0) expect(value).toBe(1);
      });
      for (let r = 0; r < noisy.rows; r++) {
        const row = noisy.columns.subarray(noisy.rowStart[r], noisy.rowStart[r + 1]);
        expect(new Set(row).size).toBe(row.length);
      }
    }
  });

  test('never brings back what masking has dropped', () => {
    const { dense, before } = corrupt(x, { masking: 0.999, salt: 0.5 }, root);
    const kept = dense.filter((value, i) => before[i] !== 0 && value !== 0).length;
    expectRate(kept, x.columns.length, 0.001);
  });

  test('leaves the masking as it is without salt', () => {
    const without = corrupt(x, { masking: 0.5, salt: 0 }, root).dense;
    const { dense, before } = corrupt(x, { masking: 0.5, salt: 0.2 }, root);
    dense.forEach((value, i) => {
      if (before[i] !== 0) expect(value).toBe(without[i]);
    });
  });
});

describe('what a review gets', () => {
  const noise = { masking: 0.5, salt: 0.1 };

  test('is the same for the same stream and another for another', () => {
    const once = corrupt(x, noise, root).noisy;
    expect(corrupt(x, noise, root).noisy).toEqual(once);
    expect(corrupt(x, noise, root.split('other')).noisy).not.toEqual(once);
  });

  test('depends on its number alone, not on its place or company in the minibatch', () => {
    const { dense } = corrupt(x, noise, root);
    const row = (from: Float64Array, r: number): Float64Array => from.slice(r * x.cols, (r + 1) * x.cols);
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: x.rows - 1 }), { minLength: 1, maxLength: 8 }), (rows) => {
        const some = corrupt(x, noise, root, rows).dense;
        rows.forEach((review, place) => {
          expect(row(some, place)).toEqual(row(dense, review));
        });
      }),
      { numRuns: 30 },
    );
  });

  test('differs between reviews with the same words', () => {
    const same: CsrMatrix = {
      rows: 2,
      cols: 50,
      rowStart: Uint32Array.of(0, 50, 100),
      columns: Uint32Array.from({ length: 100 }, (_, e) => e % 50),
      values: null,
    };
    const { dense } = corrupt(same, noise, root);
    expect(dense.slice(0, 50)).not.toEqual(dense.slice(50));
  });
});
