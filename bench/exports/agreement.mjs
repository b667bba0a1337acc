/**
 * Do exports rate real reviews as the model does? Trains small models of every kind on a part of a review file, exports
 * each to ONNX, TensorFlow.js and safetensors, and compares 1,000 other reviews of the file, through onnxruntime (term
 * ids and dense rows), TensorFlow.js (WebAssembly and plain JavaScript) and numpy.
 *
 *     node bench/exports/agreement.mjs FOLDER_WITH_yelp_businesses.csv.gz [PYTHON [WORDS]]
 *
 * With WORDS only the models whose names begin with them. The networks stand alone, without the linear model beside them: its graph is one of
 * its own, of the kind "0 layers", and a test puts both together (test/exports).
 * Prints the largest difference of a rating or a probability for each; leaves with 1 if one is above 1e-5.
 */
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { env, InferenceSession, Tensor } from 'onnxruntime-web';
import { collectReviews, exportModel, readReviews, SentimentModel } from 'starling';

const [data, python = '/usr/bin/python3', only = ''] = process.argv.slice(2);
if (!data) throw new Error('Name the folder of the data.');
const BOUND = 1e-5;
const BATCH = 50;
env.wasm.numThreads = 1;
tf.env().set('PROD', true);

const reviews = await collectReviews(readReviews(join(data, 'yelp_businesses.csv.gz')));
const texts = reviews.slice(-1000).map(({ text }) => text);
const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'starling-agreement-'));

const fast = {
  wide: false,
  pretrain: false,
  epochs: 6,
  dropout: 0.2,
  learningRate: 0.002,
  threads: 1,
  vocabularySize: 3000,
};
const activations = ['rectifier', 'softplus', 'tanh', 'sigmoid', 'leaky', 'lif'];
const kinds = [
  ['shipped: models/restaurants', null],
  ...['softmax', 'linear'].map((head) => [`0 layers, ${head}`, { hidden: [], head }]),
  ...['softmax', 'linear'].map((head) => [
    `0 layers, ${head}, bigrams, tfidf`,
    { hidden: [], head, ngrams: 2, weighting: 'tfidf', learningRate: 0.01 },
  ]),
  ...activations.flatMap((activation) => [
    [`1 layer, ${activation}, softmax`, { hidden: [200], activation, head: 'softmax' }],
    [
      `2 layers, ${activation}, linear, bigrams, tfidf`,
      { hidden: [100, 50], activation, head: 'linear', ngrams: 2, weighting: 'tfidf', learningRate: 0.01 },
    ],
  ]),
  ['1 layer, rectifier, linear', { hidden: [200], activation: 'rectifier', head: 'linear' }],
  [
    '2 layers, rectifier, softmax, bigrams, tfidf',
    {
      hidden: [100, 50],
      activation: 'rectifier',
      head: 'softmax',
      ngrams: 2,
      weighting: 'tfidf',
      learningRate: 0.01,
    },
  ],
  [
    '1 layer, softplus of sharpness 3, half negated',
    { hidden: [200], activation: 'softplus', alpha: 3, negateHalf: true },
  ],
  [
    '1 layer, stems, no stop words, counts',
    { hidden: [200], stem: true, stopWords: true, weighting: 'counts' },
  ],
];

let worst = 0;
console.log(
  '| model | rating mean, sd | onnx ids | onnx dense | tfjs wasm ids | tfjs wasm dense | tfjs cpu ids | numpy |',
);
console.log('|---|---|---|---|---|---|---|---|');
for (const [name, options] of kinds.filter(([known]) => known.startsWith(only))) {
  const dir = options ? join(folder, 'model') : join(root, 'models/restaurants');
  if (options) {
    const trained = await SentimentModel.train(reviews.slice(0, 1500), { options: { ...fast, ...options } });
    await trained.save(dir);
    trained.close();
  }
  const model = await SentimentModel.load(dir);
  const expected = model.predictMany(texts);
  for (const to of ['onnx', 'tfjs', 'safetensors']) await exportModel(dir, to, join(folder, to));
  const batches = [];
  for (let at = 0; at < texts.length; at += BATCH) {
    batches.push(model.vectorizer.transform(texts.slice(at, at + BATCH)));
  }
  const differences = [
    await through(batches, expected, await onnx('ids.onnx', bag)),
    await through(batches, expected, await onnx('dense.onnx', dense)),
    await through(batches, expected, await tfjs('wasm', '_of_ids')),
    await through(batches, expected, await tfjs('wasm', '')),
    await through(batches, expected, await tfjs('cpu', '_of_ids')),
    numpy(expected),
  ];
  model.close();
  worst = Math.max(worst, ...differences);
  const ratings = expected.map(({ rating }) => rating);
  const mean = ratings.reduce((a, b) => a + b) / ratings.length;
  const sd = Math.sqrt(ratings.reduce((sum, r) => sum + (r - mean) ** 2, 0) / ratings.length);
  const cells = differences.map((difference) => difference.toExponential(1));
  console.log(`| ${name} | ${mean.toFixed(2)}, ${sd.toFixed(2)} | ${cells.join(' | ')} |`);
}
rmSync(folder, { recursive: true, force: true });
console.log(
  `\nLargest difference: ${worst.toExponential(1)} (bound ${BOUND}), ${texts.length} reviews, Node ${process.version}`,
);
if (!(worst <= BOUND)) process.exitCode = 1;

/** Largest difference of what `rate` gives (ratings, distributions) for the batches. */
async function through(batches, expected, rate) {
  let most = 0;
  let at = 0;
  for (const x of batches) {
    const { ratings, distributions } = await rate(x);
    for (let r = 0; r < x.rows; r++, at++) {
      const { rating, distribution } = expected[at];
      most = Math.max(most, Math.abs(ratings[r] - rating));
      distribution?.forEach((p, k) => {
        most = Math.max(most, Math.abs(distributions[r * distribution.length + k] - p));
      });
      if (Number.isNaN(ratings[r])) return Number.NaN;
    }
  }
  return most;
}

async function onnx(file, inputs) {
  const session = await InferenceSession.create(readFileSync(join(folder, 'onnx', file)));
  return async (x) => {
    const { rating, distribution } = await session.run(inputs(x));
    return { ratings: rating.data, distributions: distribution?.data };
  };
}

function bag({ rows, rowStart, columns, values }) {
  return {
    ids: new Tensor('int64', BigInt64Array.from(columns, BigInt)),
    values: new Tensor('float32', values ?? new Float32Array(columns.length).fill(1)),
    offsets: new Tensor('int64', BigInt64Array.from(rowStart.subarray(0, rows), BigInt)),
  };
}

function dense(x) {
  return { x: new Tensor('float32', denseRows(x), [x.rows, x.cols]) };
}

function denseRows({ rows, cols, rowStart, columns, values }) {
  const all = new Float32Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    for (let e = rowStart[r]; e < rowStart[r + 1]; e++) all[r * cols + columns[e]] = values ? values[e] : 1;
  }
  return all;
}

async function tfjs(backend, suffix) {
  await tf.setBackend(backend);
  const read = (name) => readFileSync(join(folder, 'tfjs', name));
  const { modelTopology, signature, weightsManifest } = JSON.parse(read('model.json'));
  const [{ paths, weights: weightSpecs }] = weightsManifest;
  const weightData = Uint8Array.from(Buffer.concat(paths.map(read))).buffer;
  const model = await loadGraphModel({
    load: async () => ({ modelTopology, signature, weightSpecs, weightData }),
  });
  const outputs = ['rating', ...('distribution' in signature.outputs ? ['distribution'] : [])];
  return async (x) =>
    tf.tidy(() => {
      const inputs = suffix === '' ? { x: tf.tensor2d(denseRows(x), [x.rows, x.cols]) } : padded(x);
      const results = [
        model.execute(
          inputs,
          outputs.map((output) => output + suffix),
        ),
      ].flat();
      return { ratings: results[0].dataSync(), distributions: results[1]?.dataSync() };
    });
}

function padded({ rows, rowStart, columns, values }) {
  const longest = Math.max(1, ...Array.from({ length: rows }, (_, r) => rowStart[r + 1] - rowStart[r]));
  const ids = new Int32Array(rows * longest);
  const weights = new Float32Array(rows * longest);
  for (let r = 0; r < rows; r++) {
    for (let e = rowStart[r]; e < rowStart[r + 1]; e++) {
      ids[r * longest + e - rowStart[r]] = columns[e];
      weights[r * longest + e - rowStart[r]] = values ? values[e] : 1;
    }
  }
  const shape = [rows, longest];
  return { ids: tf.tensor2d(ids, shape, 'int32'), values: tf.tensor2d(weights, shape) };
}

/** From the texts: the tokenizer in Python is part of what is compared. */
function numpy(expected) {
  const { status, stdout, stderr } = spawnSync(
    python,
    [join(folder, 'safetensors', 'predict.py'), join(folder, 'safetensors'), '--json'],
    { input: texts.map((text) => JSON.stringify(text)).join('\n'), encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (status !== 0) throw new Error(stderr);
  const lines = stdout.trimEnd().split('\n').map(JSON.parse);
  if (lines.length !== expected.length) throw new Error(`numpy gave ${lines.length} ratings`);
  const pairs = lines.flatMap(({ rating, distribution }, i) => [
    [rating, expected[i].rating],
    ...(distribution ?? []).map((p, k) => [p, expected[i].distribution[k]]),
  ]);
  return pairs.reduce((most, [got, wanted]) => Math.max(most, Math.abs(got - wanted)), 0);
}
