/**
 * Every product kernel by itself, on the shapes of a 5000 -> 1000 layer: checked against the plain reference, then
 * timed, beside what the same core does at best at that kind of work: a loop of multiply-adds that touches no memory,
 * and a copy of as many bytes as the kernel's working set. WebAssembly, and the native build where there is one.
 *
 *   node bench/kernels.mjs [--engine wasm] [--only NAME] [--json]
 */
import { parseArgs } from 'node:util';
import { runClang } from '@yowasp/clang';
import { chooseKind, createEngine } from '../dist/kernels/node-engine.js';
import { OPTIMIZER_CODE, paddedWidth, panelCount, stateLength } from '../dist/kernels/ops.js';
import { RandomStream } from '../dist/random.js';

const { values: flags } = parseArgs({
  options: {
    engine: { type: 'string', default: 'wasm' },
    only: { type: 'string' },
    json: { type: 'boolean' },
  },
});

/** Sparse rows: `words` distinct terms per review, the more frequent ones more often, as in text. */
function sparseRows(batch, terms, words, random) {
  const rowStart = new Uint32Array(batch + 1);
  const columns = [];
  for (let b = 0; b < batch; b++) {
    const chosen = new Set();
    for (let k = 0; chosen.size < words; k++)
      chosen.add(Math.floor(terms ** random.split('row', b).uniform(k)) - 1);
    columns.push(...[...chosen].sort((x, y) => x - y));
    rowStart[b + 1] = columns.length;
  }
  return { rowStart, columns: Uint32Array.from(columns) };
}

function makeCase(kind, { batch, terms, units, words, optimizer = 'adam', density = 1 }) {
  const engine = createEngine(1, kind);
  const { arena } = engine;
  const random = RandomStream.fromSeed(1);
  const width = paddedWidth(units);
  const put = (values) => {
    const array = values instanceof Uint32Array ? arena.u32(values.length) : arena.f32(values.length);
    array.set(values);
    return array.byteOffset;
  };
  const floats = (name, length, keep = 1) => {
    const stream = random.split(name);
    return Float32Array.from({ length }, (_, i) =>
      stream.uniform(2 * i + 1) < keep ? stream.uniform(2 * i) - 0.5 : 0,
    );
  };
  const sparse = sparseRows(batch, terms, words, random.split('text'));
  const entries = sparse.columns.length;
  const W = arena.f32(terms * width);
  W.set(floats('W', Math.min(W.length, 1 << 20)));
  for (let at = 1 << 20; at < W.length; at *= 2) W.copyWithin(at, 0, Math.min(at, W.length - at));
  const byTerm = Array.from({ length: entries }, (_, e) => e);
  const rowOf = new Uint32Array(entries);
  for (let b = 0; b < batch; b++) rowOf.fill(b, sparse.rowStart[b], sparse.rowStart[b + 1]);
  byTerm.sort((a, b) => sparse.columns[a] - sparse.columns[b] || a - b);
  const distinct = [...new Set(byTerm.map((e) => sparse.columns[e]))];
  const termStart = [0];
  byTerm.forEach((e, i) => {
    if (i + 1 === entries || sparse.columns[byTerm[i + 1]] !== sparse.columns[e]) termStart.push(i + 1);
  });
  const code = OPTIMIZER_CODE[optimizer];
  return {
    engine,
    W,
    out: arena.f32(batch * width),
    partial: arena.f32(entries * panelCount(width)),
    panels: panelCount(width),
    at: {
      W: W.byteOffset,
      X: put(floats('X', batch * width, density)),
      codes: put(floats('codes', batch * paddedWidth(terms), density)),
      rowStart: put(sparse.rowStart),
      columns: put(sparse.columns),
      values: put(floats('values', entries)),
      terms: put(Uint32Array.from(distinct)),
      termStart: put(Uint32Array.from(termStart)),
      entryRow: put(Uint32Array.from(byTerm, (e) => rowOf[e])),
      state: arena.f32(stateLength(code, terms, width)).byteOffset,
      param: put(Float32Array.from([1e-3, 0.9, 0.999, 1e-8, 0, 10, 1000])),
    },
    code,
    entries,
    distinct: distinct.length,
    width,
    batch,
    terms: terms,
  };
}

/** Sums of weight rows. @param valued whether the entries have values, or are all 1 */
function rowsSum({ terms, words, valued }) {
  return {
    shape: { batch: 128, terms, units: 1000, words },
    run: (c) =>
      c.engine.run(
        'rows_sum',
        c.panels,
        c.out.byteOffset,
        c.batch,
        c.at.W,
        c.terms,
        c.width,
        0,
        c.at.rowStart,
        c.at.columns,
        valued ? c.at.values : 0,
      ),
    result: (c) => c.out,
    flops: (c) => (valued ? 2 : 1) * c.entries * c.width,
    bytes: (c) => 4 * c.entries * c.width,
    set: (c) => 4 * c.distinct * c.width,
  };
}

/** The arguments that `rows_dot` and `rows_update` share: weights, the other factor, the entries by term. */
const byTerm = (c) => [
  ...[c.at.W, c.terms, c.width, c.at.X, c.batch],
  ...[c.distinct, c.at.terms, c.at.termStart, c.at.entryRow],
];

/** flops and bytes of one call; `bytes` is what must come from memory at least once, `set` the working set. */
const kernels = {
  ...Object.fromEntries(
    [5000, 15_000, 100_000].map((terms) => [
      `rows_sum, ${terms.toLocaleString('en-US')} terms`,
      rowsSum({ terms, words: 120, valued: false }),
    ]),
  ),
  'rows_sum, valued codes, 30 % active': rowsSum({ terms: 1000, words: 300, valued: true }),
  dense_product: {
    shape: { batch: 128, terms: 1000, units: 1000, words: 1 },
    run: (c) =>
      c.engine.run(
        'dense_product',
        c.panels,
        c.out.byteOffset,
        c.batch,
        c.at.W,
        c.terms,
        c.width,
        0,
        c.at.codes,
        paddedWidth(c.terms),
        0,
      ),
    result: (c) => c.out,
    flops: (c) => 2 * c.batch * c.terms * c.width,
    bytes: (c) => 4 * c.terms * c.width,
    set: (c) => 4 * c.terms * c.width,
  },
  ...Object.fromEntries(
    [5000, 15_000].map((terms) => [
      `rows_dot, ${terms.toLocaleString('en-US')} terms`,
      {
        shape: { batch: 128, terms, units: 1000, words: 120 },
        run: (c) => c.engine.run('rows_dot', c.panels, c.partial.byteOffset, c.entries, ...byTerm(c)),
        result: (c) => c.partial,
        flops: (c) => 2 * c.entries * c.width,
        bytes: (c) => 4 * (c.distinct + c.entries) * c.width,
        set: (c) => 4 * (c.distinct + c.batch) * c.width,
      },
    ]),
  ),
  ...Object.fromEntries(
    [
      ['adam', 5000],
      ['adagrad', 5000],
      ['sgd', 5000],
      ['adam', 15_000],
      ['adagrad', 15_000],
    ].map(([optimizer, terms]) => [
      `rows_update, ${optimizer}, ${terms.toLocaleString('en-US')} terms`,
      {
        shape: { batch: 128, terms, units: 1000, words: 120, optimizer },
        run: (c) =>
          c.engine.run(
            'rows_update',
            c.panels,
            ...byTerm(c),
            c.at.values,
            c.out.byteOffset,
            c.code,
            c.at.state,
            c.at.param,
          ),
        result: (c) => Float32Array.from([...c.W, ...c.out]),
        flops: (c) => 4 * c.entries * c.width,
        bytes: (c) =>
          4 * c.distinct * c.width * { adam: 6, adagrad: 2, sgd: 4 }[optimizer] + 4 * c.entries * c.width,
        set: (c) => 4 * (c.distinct * { adam: 3, adagrad: 1, sgd: 2 }[optimizer] + c.batch) * c.width,
      },
    ]),
  ),
};

/** Multiply-adds per second without memory, and copies, both in WebAssembly SIMD on this core. */
async function peaks() {
  const source = `
    typedef float vec __attribute__((vector_size(16)));
    __attribute__((export_name("madds"))) float madds(int n) {
      vec a[10]; for (int j = 0; j < 10; j++) a[j] = (vec){j, 1, 2, 3};
      vec m = (vec){0.5f, 0.5f, 0.5f, 0.5f}, k = (vec){1, 1, 1, 1};
      for (int i = 0; i < n; i++) {
        _Pragma("clang loop unroll(full)") for (int j = 0; j < 10; j++) a[j] = a[j] * m + k;
      }
      vec s = a[0]; for (int j = 1; j < 10; j++) s += a[j];
      return s[0];
    }
    __attribute__((export_name("copy"))) void copy(vec *to, const vec *from, int n) {
      for (int i = 0; i < n; i++) to[i] = from[i];
    }`;
  const flags_ = [
    '--target=wasm32-unknown-unknown',
    '-O3',
    '-nostdlib',
    '-ffreestanding',
    '-fno-builtin',
    '-msimd128',
    '-ffp-contract=off',
  ];
  const files = await runClang(
    [
      'clang',
      ...flags_,
      '-Wl,--no-entry,--initial-memory=1073741824,--max-memory=1073741824',
      '-o',
      'peak.wasm',
      'peak.c',
    ],
    { 'peak.c': source },
    { stdout: null, stderr: null },
  );
  const { exports } = (await WebAssembly.instantiate(files['peak.wasm'])).instance;
  const n = 2_000_000;
  const madds = (n * 10 * 8) / timed(() => exports.madds(n)) / 1e9;
  const copyRate = (bytes) => {
    const count = Math.max(64, Math.min(1 << 24, Math.floor(bytes / 32)));
    const repeats = Math.max(1, Math.floor(4e6 / count));
    const seconds = timed(() => {
      for (let i = 0; i < repeats; i++) exports.copy(1 << 20, (1 << 20) + (1 << 29), count);
    });
    return (2 * 16 * count * repeats) / seconds / 1e9;
  };
  return { madds, copyRate };
}

/** Median seconds of a call, over at least 0.5 s after a warm-up. */
function timed(work) {
  const begin = performance.now();
  while (performance.now() - begin < 200) work();
  const times = [];
  while (times.length < 5 || times.reduce((a, b) => a + b) < 500) {
    const from = performance.now();
    work();
    times.push(performance.now() - from);
  }
  return times.sort((a, b) => a - b)[times.length >> 1] / 1000;
}

function difference(a, b) {
  let most = 0;
  for (let i = 0; i < a.length; i++)
    most = Math.max(most, Math.abs(a[i] - b[i]) / Math.max(1, Math.abs(b[i])));
  return most;
}

const kind = chooseKind(flags.engine);
const { madds, copyRate } = await peaks();
const results = [];
for (const [name, kernel] of Object.entries(kernels)) {
  if (flags.only && !name.includes(flags.only)) continue;
  const small = {
    ...kernel.shape,
    batch: 9,
    terms: Math.min(kernel.shape.terms, 400),
    words: Math.min(40, kernel.shape.words),
    units: 200,
  };
  const [got, expected] = [kind, 'reference'].map((k) => {
    const c = makeCase(k, small);
    kernel.run(c);
    return kernel.result(c);
  });
  const error = difference(got, expected);
  if (!(error < 2e-5)) throw new Error(`${name} differs from the reference by ${error}`);
  const c = makeCase(kind, kernel.shape);
  const seconds = timed(() => kernel.run(c));
  results.push({
    kernel: name,
    milliseconds: seconds * 1000,
    gflops: kernel.flops(c) / seconds / 1e9,
    gbytes: kernel.bytes(c) / seconds / 1e9,
    workingSetMB: kernel.set(c) / 1e6,
    copyGbytes: copyRate(kernel.set(c)),
    error,
  });
}
if (flags.json) console.log(JSON.stringify({ engine: kind, peakGflops: madds, results }, null, 1));
else {
  console.log(
    `engine ${kind}; multiply-adds without memory, WebAssembly SIMD on this core: ${madds.toFixed(1)} GFLOP/s\n`,
  );
  console.log('| kernel | ms | GFLOP/s | of the peak | GB/s | copy rate of its working set |');
  console.log('|---|---|---|---|---|---|');
  for (const r of results) {
    console.log(
      `| ${r.kernel} | ${r.milliseconds.toFixed(2)} | ${r.gflops.toFixed(1)} | ${((100 * r.gflops) / madds).toFixed(0)} % | ${r.gbytes.toFixed(1)} | ${r.copyGbytes.toFixed(1)} GB/s (${r.workingSetMB.toFixed(1)} MB) |`,
    );
  }
}
