/**
 * The contract of the kernels: every implementation against the plain reference, on random shapes with empty rows,
 * repeated terms, width 1 and widths that no vector divides; and the products against a dense float64 computation.
 */
import { describe, expect, test } from 'vitest';
import { Arena } from '../../src/kernels/arena.ts';
import { createEngine, type EngineKind, kernelsOf, wasmModule } from '../../src/kernels/node-engine.ts';
import {
  kernelArity,
  kernelNames,
  OPTIMIZER_CODE,
  paddedWidth,
  panelCount,
  panelIndex,
  stateLength,
} from '../../src/kernels/ops.ts';
import { hasRelaxedSimd, wasmKernels } from '../../src/kernels/wasm.ts';
import { RandomStream } from '../../src/random.ts';
import { implementations } from './implementations.ts';

interface Shape {
  batch: number;
  terms: number;
  cols: number;
}
const shapes: Shape[] = [
  { batch: 1, terms: 1, cols: 1 },
  { batch: 3, terms: 5, cols: 7 },
  { batch: 9, terms: 40, cols: 16 },
  { batch: 17, terms: 33, cols: 63 },
  { batch: 8, terms: 64, cols: 64 },
  { batch: 5, terms: 100, cols: 65 },
  { batch: 13, terms: 29, cols: 130 },
  { batch: 40, terms: 300, cols: 200 },
];
/** As different, but small: in the mutation check (docs/testing.md) every step of the reference's loops is several calls. */
const smallShapes: Shape[] = [
  { batch: 1, terms: 1, cols: 1 },
  { batch: 3, terms: 5, cols: 7 },
  { batch: 4, terms: 200, cols: 20 },
  { batch: 5, terms: 13, cols: 130 },
];
/** What is computed by the reference too. */
const compared = process.env.MUTATE ? smallShapes : shapes;

/** Everything that the kernels read and write for one random case, in an arena of its own. */
function makeCase(
  kind: EngineKind,
  shape: Shape,
  seed: number,
  optimizer: keyof typeof OPTIMIZER_CODE = 'sgd',
  binary = false,
) {
  const engine = createEngine(1, kind);
  const { arena } = engine;
  const { batch, terms, cols } = shape;
  const random = RandomStream.fromSeed(seed);
  const width = paddedWidth(cols);
  const panels = panelCount(width);
  const kindCode = OPTIMIZER_CODE[optimizer];
  const filled = (name: string, length: number, scale = 1) => {
    const array = arena.f32(length);
    const stream = random.split(name);
    for (let i = 0; i < length; i++) array[i] = (2 * stream.uniform(i) - 1) * scale;
    return array;
  };
  const matrix = (name: string, rows: number) => {
    const array = arena.f32(rows * width);
    const stream = random.split(name);
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < cols; c++)
        array[panelIndex(r, c, rows, width)] = 2 * stream.uniform(r * cols + c) - 1;
    return array;
  };
  const rowStart = arena.u32(batch + 1);
  const columnList: number[] = [];
  const pick = random.split('entries');
  for (let b = 0; b < batch; b++) {
    // Some rows are empty; the terms of a row are distinct and ascending.
    const share = b % 4 === 1 ? 0 : pick.uniform(b);
    for (let t = 0; t < terms; t++) if (pick.uniform(1000 + b * terms + t) < share * 0.5) columnList.push(t);
    rowStart[b + 1] = columnList.length;
  }
  const entries = columnList.length;
  const columns = arena.u32(entries + 1);
  columns.set(columnList);
  const values = filled('values', entries + 1);
  const W = matrix('W', terms);
  const X = matrix('X', batch);
  const Z = matrix('Z', batch);
  const bias = arena.f32(width);
  for (let c = 0; c < cols; c++) bias[c] = random.split('bias').uniform(c);
  const counts = arena.u32(terms + 1);
  const transposed = {
    terms: arena.u32(terms + 1),
    termStart: arena.u32(terms + 2),
    entryRow: arena.u32(entries + 1),
    entryPos: arena.u32(entries + 1),
    chunkStart: arena.u32(entries + 2),
    info: arena.u32(2),
  };
  engine.run(
    'transpose',
    1,
    batch,
    terms,
    rowStart.byteOffset,
    columns.byteOffset,
    7,
    counts.byteOffset,
    transposed.terms.byteOffset,
    transposed.termStart.byteOffset,
    transposed.entryRow.byteOffset,
    transposed.entryPos.byteOffset,
    transposed.chunkStart.byteOffset,
    transposed.info.byteOffset,
  );
  const param = arena.f32(8);
  param.set([0.05, 0.9, 0.99, 0.01, 0.02, 2, 3]);
  const state = arena.f32(stateLength(kindCode, terms, width)).fill(0.1);
  const out = arena.f32(batch * width);
  const partial = arena.f32(Math.max(1, entries) * panels);
  const valuesAt = binary ? 0 : values.byteOffset;
  return {
    engine,
    arena,
    shape,
    width,
    panels,
    rowStart,
    columns,
    values,
    valuesAt,
    entries,
    W,
    X,
    Z,
    bias,
    counts,
    ...{ t: transposed },
    param,
    state,
    out,
    partial,
    kindCode,
    filled,
    random,
  };
}
type Case = ReturnType<typeof makeCase>;

/** Largest difference, relative to the larger magnitude or 1; NaN when only one of a pair is a number. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    if (Object.is(a[i], b[i])) continue;
    const d = Math.abs(a[i] - b[i]) / Math.max(1, Math.abs(b[i]));
    if (Number.isNaN(d)) return d;
    most = Math.max(most, d);
  }
  return most;
}

/** The values of the sparse rows in the order of the transpose. */
function valuesByTerm(c: Case): Float32Array {
  const out = c.arena.f32(c.entries + 1);
  c.engine.run('permute', 1, out.byteOffset, c.values.byteOffset, c.t.entryPos.byteOffset, c.entries);
  return out;
}

/** What `rows_dot` and `rows_update` are both given: weights, the other factor, the entries by term. */
const byTerm = (c: Case): number[] => [
  c.W.byteOffset,
  c.shape.terms,
  c.width,
  c.X.byteOffset,
  c.shape.batch,
  c.t.info[0],
  c.t.terms.byteOffset,
  c.t.termStart.byteOffset,
  c.t.entryRow.byteOffset,
];

/** @param coefficients and @param dX addresses; 0 for none */
function update(c: Case, coefficients: number, dX: number, kindCode = c.kindCode): void {
  c.engine.run(
    'rows_update',
    c.panels,
    ...byTerm(c),
    coefficients,
    dX,
    kindCode,
    c.state.byteOffset,
    c.param.byteOffset,
  );
}

/** @param dX address of a matrix like X, or 0 */
function updateTwice(c: Case, dX: number): ArrayLike<number>[] {
  const coefficients = c.valuesAt && valuesByTerm(c).byteOffset;
  update(c, coefficients, dX);
  update(c, coefficients, dX);
  return [c.W, c.state];
}

const steps: Record<string, (c: Case) => ArrayLike<number>[]> = {
  'rows_sum with bias': (c) => {
    c.engine.run(
      'rows_sum',
      c.panels,
      c.out.byteOffset,
      c.shape.batch,
      c.W.byteOffset,
      c.shape.terms,
      c.width,
      c.bias.byteOffset,
      c.rowStart.byteOffset,
      c.columns.byteOffset,
      c.valuesAt,
    );
    return [c.out];
  },
  'rows_sum of entries in falling order': (c) => {
    for (let b = 0; b < c.shape.batch; b++) c.columns.subarray(c.rowStart[b], c.rowStart[b + 1]).reverse();
    return steps['rows_sum with bias'](c);
  },

  'rows_sum without bias, over what was there': (c) => {
    c.out.set(c.X);
    c.engine.run(
      'rows_sum',
      c.panels,
      c.out.byteOffset,
      c.shape.batch,
      c.W.byteOffset,
      c.shape.terms,
      c.width,
      0,
      c.rowStart.byteOffset,
      c.columns.byteOffset,
      c.valuesAt,
    );
    return [c.out];
  },
  dense_product: (c) => {
    const xWidth = paddedWidth(c.shape.terms);
    const codes = c.filled('codes', c.shape.batch * xWidth);
    const run = (bias: number, accumulate: number): Float32Array => {
      const { batch, terms } = c.shape;
      const [out, W] = [c.out.byteOffset, c.W.byteOffset];
      c.engine.run(
        'dense_product',
        c.panels,
        out,
        batch,
        W,
        terms,
        c.width,
        bias,
        codes.byteOffset,
        xWidth,
        accumulate,
      );
      return c.out.slice();
    };
    return [run(c.bias.byteOffset, 0), run(0, 1), run(0, 0)];
  },
  'rows_dot and scatter_sum': (c) => {
    c.engine.run('rows_dot', c.panels, c.partial.byteOffset, c.entries, ...byTerm(c));
    const w = paddedWidth(c.shape.terms);
    const dense = c.arena.f32(c.shape.batch * w);
    const scatter = (accumulate: number) =>
      c.engine.run(
        'scatter_sum',
        c.t.info[1],
        c.t.chunkStart.byteOffset,
        dense.byteOffset,
        c.shape.batch,
        w,
        c.partial.byteOffset,
        c.entries,
        c.panels,
        c.t.terms.byteOffset,
        c.t.termStart.byteOffset,
        c.t.entryRow.byteOffset,
        accumulate,
      );
    scatter(0);
    const once = dense.slice();
    scatter(1);
    return [once, dense];
  },
  rows_update: (c) => updateTwice(c, 0),
  'rows_update with the gradient by X': (c) => {
    c.out.set(c.X);
    updateTwice(c, c.out.byteOffset);
    return [c.W, c.state, c.out];
  },
  bias_update: (c) => {
    c.engine.run(
      'bias_update',
      c.panels,
      c.bias.byteOffset,
      c.X.byteOffset,
      c.shape.batch,
      c.width,
      c.kindCode,
      c.state.byteOffset,
      c.param.byteOffset,
    );
    return [c.bias];
  },
  ...Object.fromEntries(
    [0, 1, 2, 3, 4, 5].map((code) => [
      `activate and activate_backward, activation ${code}`,
      (c: Case) => {
        for (let i = 0; i < c.Z.length; i++) c.Z[i] *= 4;
        const size = [c.shape.batch, c.width, c.shape.cols, code, 1.7, Math.ceil(c.shape.cols / 2)];
        c.engine.run('activate', c.panels, c.Z.byteOffset, c.out.byteOffset, ...size);
        const h = c.out.slice();
        c.engine.run(
          'activate_backward',
          c.panels,
          c.X.byteOffset,
          c.Z.byteOffset,
          c.out.byteOffset,
          ...size,
          0.03,
        );
        return [h, c.X];
      },
    ]),
  ),
  fill_uniform: (c) => {
    c.engine.run('fill_uniform', c.panels, c.W.byteOffset, c.shape.terms, c.width, c.shape.cols, 9, 8, 0.25);
    return [c.W];
  },
  dropout: (c) => {
    c.engine.run('dropout', c.panels, c.X.byteOffset, c.shape.batch, c.width, 20_000, 123, 456);
    return [c.X];
  },
  column_max: (c) => {
    c.engine.run('column_max', c.panels, c.bias.byteOffset, c.X.byteOffset, c.shape.batch, c.width);
    return [c.bias];
  },
  compress: (c) => {
    for (let i = 0; i < c.X.length; i++) if (c.X[i] < 0.3) c.X[i] = 0;
    const start = c.arena.u32(c.shape.batch + 1).fill(9);
    const columns = c.arena.u32(c.X.length + 1);
    const values = c.arena.f32(c.X.length + 1);
    c.engine.run(
      'compress',
      1,
      c.X.byteOffset,
      c.shape.batch,
      c.width,
      c.shape.cols,
      0,
      start.byteOffset,
      columns.byteOffset,
      values.byteOffset,
    );
    const n = start[c.shape.batch];
    return [start.slice(), columns.slice(0, n), values.slice(0, n)];
  },
  transpose: (c) => [
    c.t.info,
    c.t.terms.subarray(0, c.t.info[0]),
    c.t.termStart.subarray(0, c.t.info[0] + 1),
    c.t.entryRow.subarray(0, c.entries),
    c.t.entryPos.subarray(0, c.entries),
    c.t.chunkStart.subarray(0, c.t.info[1] + 1),
    c.counts,
  ],
  'corrupt, assemble, rows_dot and reconstruct': (c) => reconstruct(c),
};

function reconstruct(c: Case): ArrayLike<number>[] {
  const { arena, engine, shape } = c;
  const { batch, terms } = shape;
  const mark = arena.u32(terms);
  const reviews = arena.u32(batch);
  reviews.forEach((_, i) => {
    reviews[i] = 3 * i + 1;
  });
  const table = arena.u32(3);
  table.set([1e9, 2e9, 3e9]);
  const noisy = {
    start: arena.u32(batch + 1).fill(9),
    columns: arena.u32(c.entries + 3 * batch + 2),
    values: arena.f32(c.entries + 3 * batch + 2),
  };
  engine.run(
    'corrupt',
    1,
    batch,
    c.rowStart.byteOffset,
    c.columns.byteOffset,
    c.valuesAt,
    reviews.byteOffset,
    2 ** 31,
    5,
    6,
    table.byteOffset,
    3,
    7,
    8,
    terms,
    mark.byteOffset,
    noisy.start.byteOffset,
    noisy.columns.byteOffset,
    noisy.values.byteOffset,
  );
  const results: ArrayLike<number>[] = [noisy.start.slice(), noisy.columns.slice(0, noisy.start[batch])];
  if (c.valuesAt) results.push(noisy.values.slice(0, noisy.start[batch]));
  // A block of every third term, in falling order, so that terms are in the block and outside it.
  const block = Array.from({ length: terms }, (_, term) => terms - 1 - term).filter((term) => term % 3 === 0);
  const blockTerms = arena.u32(block.length);
  blockTerms.set(block);
  // Behind the block stands what must not be taken.
  const blockWeight = c.filled('block weight', paddedWidth(block.length));
  blockWeight.forEach((w, s) => {
    blockWeight[s] = 2 + w;
  });
  const blockWidth = paddedWidth(block.length);
  for (const listing of [false, true]) {
    for (const strategy of [0, 1, 2, 3]) {
      const most = c.entries + 3 * batch + 2;
      const list = {
        start: arena.u32(batch + 1).fill(listing ? 9 : 0),
        columns: arena.u32(most),
        target: arena.f32(most),
      };
      const target = arena.f32(batch * blockWidth).fill(9);
      const weight = arena.f32(batch * blockWidth).fill(9);
      engine.run(
        'assemble',
        1,
        batch,
        c.rowStart.byteOffset,
        c.columns.byteOffset,
        c.valuesAt,
        noisy.start.byteOffset,
        noisy.columns.byteOffset,
        blockTerms.byteOffset,
        blockWeight.byteOffset,
        block.length,
        blockWidth,
        0.5,
        mark.byteOffset,
        target.byteOffset,
        weight.byteOffset,
        listing ? list.start.byteOffset : 0,
        list.columns.byteOffset,
        list.target.byteOffset,
      );
      results.push(
        target,
        weight,
        ...reconstructBlock(c, strategy, block.length, blockTerms, target, weight),
      );
      const n = list.start[batch];
      results.push(list.start.slice(), list.columns.slice(0, n), list.target.slice(0, n));
      const t = {
        terms: arena.u32(terms + 1),
        termStart: arena.u32(terms + 2),
        entryRow: arena.u32(n + 1),
        entryPos: arena.u32(n + 1),
        chunkStart: arena.u32(n + 2),
        info: arena.u32(2),
      };
      engine.run(
        'transpose',
        1,
        batch,
        terms,
        list.start.byteOffset,
        list.columns.byteOffset,
        16,
        c.counts.byteOffset,
        t.terms.byteOffset,
        t.termStart.byteOffset,
        t.entryRow.byteOffset,
        t.entryPos.byteOffset,
        t.chunkStart.byteOffset,
        t.info.byteOffset,
      );
      const partial = arena.f32(Math.max(1, n) * c.panels);
      engine.run(
        'rows_dot',
        c.panels,
        partial.byteOffset,
        n,
        c.W.byteOffset,
        terms,
        c.width,
        c.X.byteOffset,
        batch,
        t.info[0],
        t.terms.byteOffset,
        t.termStart.byteOffset,
        t.entryRow.byteOffset,
      );
      const decoderBias = c.filled(`decoder bias ${strategy}`, terms);
      const decoderState = arena.f32(2 * terms).fill(0.1);
      const delta = arena.f32(n + 1);
      const costs = arena.f32(t.info[1] + 1);
      engine.run(
        'reconstruct',
        t.info[1],
        t.chunkStart.byteOffset,
        partial.byteOffset,
        n,
        c.panels,
        t.terms.byteOffset,
        t.termStart.byteOffset,
        t.entryPos.byteOffset,
        list.target.byteOffset,
        decoderBias.byteOffset,
        decoderState.byteOffset,
        strategy,
        1 / batch,
        c.kindCode,
        c.param.byteOffset,
        delta.byteOffset,
        costs.byteOffset,
      );
      results.push(decoderBias, decoderState, delta, costs);
    }
  }
  results.push(mark);
  return results;
}

/** gather_block, the products with it, its cost and gradient, scatter_block. */
function reconstructBlock(
  c: Case,
  strategy: number,
  count: number,
  terms: Uint32Array,
  target: Float32Array,
  weight: Float32Array,
): ArrayLike<number>[] {
  const { arena, engine, width, panels } = c;
  const { batch, terms: rows } = c.shape;
  const blockWidth = paddedWidth(count);
  const blockPanels = panelCount(blockWidth);
  const decoder = arena.f32(c.W.length);
  decoder.set(c.W);
  const state = arena.f32(c.state.length).fill(0.1);
  const bias = c.filled(`block bias ${strategy}`, rows);
  const biasState = arena.f32(2 * rows).fill(0.1);
  const T = arena.f32(width * blockWidth);
  const F = arena.f32(batch * blockWidth);
  const costs = arena.f32(blockPanels);
  const where = [decoder.byteOffset, rows, width, terms.byteOffset, count];
  engine.run('gather_block', panels, T.byteOffset, blockWidth, ...where);
  const gathered = T.slice();
  for (let i = 0; i < F.length; i++) F[i] = c.random.split('F').uniform(i) - 0.5;
  engine.run(
    'reconstruct_block',
    blockPanels,
    F.byteOffset,
    batch,
    blockWidth,
    count,
    terms.byteOffset,
    target.byteOffset,
    weight.byteOffset,
    bias.byteOffset,
    biasState.byteOffset,
    strategy,
    1 / batch,
    c.kindCode,
    c.param.byteOffset,
    costs.byteOffset,
  );
  // Every second unit is active.
  const active = Array.from({ length: Math.ceil(c.shape.cols / 2) }, (_, i) => 2 * i);
  const units = arena.u32(active.length);
  units.set(active);
  const G = c.filled(`G ${strategy}`, active.length * blockWidth);
  engine.run(
    'scatter_block',
    panels,
    ...where,
    G.byteOffset,
    blockWidth,
    units.byteOffset,
    active.length,
    c.kindCode,
    state.byteOffset,
    c.param.byteOffset,
  );
  return [gathered, F, costs, bias, biasState, decoder, state];
}

describe.each(implementations)('%s against the reference', (kind) => {
  test.each(Object.keys(steps))('%s agrees to 2e-5 on all shapes, valued and binary', (name) => {
    compared.forEach((shape, i) => {
      for (const optimizer of ['sgd', 'adam', 'adagrad', 'rmsprop'] as const) {
        for (const binary of [false, true]) {
          const got = steps[name](makeCase(kind, shape, i, optimizer, binary));
          const expected = steps[name](makeCase('reference', shape, i, optimizer, binary));
          got.forEach((array, k) => {
            expect(
              difference(array, expected[k]),
              `${JSON.stringify(shape)} ${optimizer} result ${k}`,
            ).toBeLessThan(2e-5);
          });
        }
      }
    });
  });

  test.each(['adam', 'sgd'] as const)(
    'a moment of %s that no gradient keeps up becomes zero, not a denormal number',
    (optimizer) => {
      const c = makeCase(kind, shapes[7], 1, optimizer);
      c.X.fill(0);
      c.param.set([0.01, 0.9, 0.9, 1e-8, 0, 1, 1]);
      c.state.fill(3e-30);
      for (let steps = 0; steps < 12; steps += 2) updateTwice(c, 0);
      const touched = new Set(c.t.terms.subarray(0, c.t.info[0]));
      expect(touched.size).toBeGreaterThan(0);
      const left = [...c.state].filter((moment) => moment !== 0);
      // Rows that no review names keep theirs.
      expect(left.every((moment) => moment === Math.fround(3e-30))).toBe(true);
      expect(left.length).toBe((c.state.length / c.shape.terms) * (c.shape.terms - touched.size));
    },
  );

  test('any slicing of the units gives the same bytes', () => {
    const whole = makeCase(kind, shapes[7], 3);
    steps['rows_sum with bias'](whole);
    steps.rows_update(whole);
    const sliced = makeCase(kind, shapes[7], 3);
    const direct = kind === 'reference' ? null : sliced.engine;
    if (!direct) return;
    const slicing = {
      ...sliced,
      engine: { ...sliced.engine, run: slicedRun(kind, sliced.arena) },
    } as unknown as Case;
    steps['rows_sum with bias'](slicing);
    steps.rows_update(slicing);
    expect(sliced.out).toEqual(whole.out);
    expect(sliced.W).toEqual(whole.W);
    expect(sliced.state).toEqual(whole.state);
  });
});

test.each(Object.keys(steps))('the reference gives the same bytes in slices: %s', (name) => {
  for (const [seed, shape] of smallShapes.entries()) {
    const whole = makeCase('reference', shape, seed, 'adam');
    const sliced = makeCase('reference', shape, seed, 'adam');
    const run = slicedRun('reference', sliced.arena);
    const slicing = { ...sliced, engine: { ...sliced.engine, run } } as unknown as Case;
    expect(steps[name](slicing)).toEqual(steps[name](whole));
  }
});

test('the reference refuses a column that the matrix does not have', () => {
  const arena = new Arena();
  const [rowStart, columns, rest] = [arena.u32(2), arena.u32(1), arena.u32(64)];
  rowStart[1] = 1;
  const transpose = (column: number) => () => {
    columns[0] = column;
    const outputs = Array.from({ length: 7 }, (_, i) => rest.byteOffset + 32 * i);
    kernelsOf('reference', arena, 0).transpose(
      0,
      1,
      1,
      5,
      rowStart.byteOffset,
      columns.byteOffset,
      16,
      ...outputs,
    );
  };
  expect(transpose(4)).not.toThrow();
  expect(transpose(5)).toThrow(new RangeError('column 5 of 5'));
});

/** Runs every kernel one unit at a time, last unit first. */
function slicedRun(kind: EngineKind, arena: Arena) {
  const kernels = kernelsOf(kind, arena, 0);
  return (name: keyof typeof kernelArity, units: number, ...args: number[]) => {
    for (let unit = units - 1; unit >= 0; unit--) kernels[name](unit, unit + 1, ...args);
  };
}

describe('the reference against dense float64', () => {
  test.each(compared)('the three products agree to 1e-5 for %o', (shape) => {
    const c = makeCase('reference', shape, 11);
    const { batch, terms, cols } = shape;
    const S = new Float64Array(batch * terms);
    for (let b = 0; b < batch; b++)
      for (let e = c.rowStart[b]; e < c.rowStart[b + 1]; e++) S[b * terms + c.columns[e]] = c.values[e];
    const at = (m: Float32Array, rows: number, r: number, k: number) => m[panelIndex(r, k, rows, c.width)];

    const [z] = steps['rows_sum with bias'](c) as [Float32Array];
    const [f] = steps['rows_dot and scatter_sum'](c) as [Float32Array];
    const before = c.W.slice();
    c.param.set([1, 0, 0, 0, 0, 1, 1]);
    c.state.fill(0);
    const dX = c.arena.f32(c.X.length);
    update(c, valuesByTerm(c).byteOffset, dX.byteOffset, OPTIMIZER_CODE.sgd);
    for (let k = 0; k < cols; k++) {
      for (let b = 0; b < batch; b++) {
        let sum = c.bias[k];
        for (let t = 0; t < terms; t++) sum += S[b * terms + t] * at(before, terms, t, k);
        expect(Math.abs(at(z, batch, b, k) - sum)).toBeLessThan(1e-5);
      }
      for (let t = 0; t < terms; t++) {
        let gradient = 0;
        for (let b = 0; b < batch; b++) gradient += S[b * terms + t] * at(c.X, batch, b, k);
        expect(Math.abs(at(before, terms, t, k) - at(c.W, terms, t, k) - gradient)).toBeLessThan(1e-5);
      }
    }
    const w = paddedWidth(terms);
    for (let b = 0; b < batch; b++) {
      for (let t = 0; t < terms; t++) {
        let dot = 0;
        if (S[b * terms + t] !== 0)
          for (let k = 0; k < cols; k++) dot += at(before, terms, t, k) * at(c.X, batch, b, k);
        expect(Math.abs(f[panelIndex(b, t, batch, w)] - dot)).toBeLessThan(1e-5);
      }
      for (let k = 0; k < cols; k++) {
        let gradient = 0;
        for (let t = 0; t < terms; t++) gradient += S[b * terms + t] * at(before, terms, t, k);
        expect(Math.abs(at(dX, batch, b, k) - gradient)).toBeLessThan(1e-5);
      }
    }
  });
});

test('every kernel of the table is exported with the stated number of arguments', () => {
  const kernels = wasmKernels(wasmModule('wasm'), new Arena(), 0);
  for (const name of kernelNames) expect([name, kernels[name].length]).toEqual([name, kernelArity[name] + 2]);
});

test('the probe for relaxed SIMD says what the engine really accepts', () => {
  let accepted = true;
  try {
    wasmModule('wasm-relaxed');
  } catch {
    accepted = false;
  }
  expect(hasRelaxedSimd()).toBe(accepted);
});
