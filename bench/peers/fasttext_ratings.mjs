/**
 * fastText from lines of words to ratings: supervised with the star as the label; the rating is the expected star.
 *
 * Task: train and test (fastText's lines), actual (ratings of the test reviews), folder (for its files), arguments (of
 * `fasttext supervised`), vectorsFrom (lines to learn word vectors from beforehand, or null), vectorEpochs, threads.
 * Time counts what a user waits for: the programs' own reading and writing of files is in it.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checksum, readFloats, readTask, rootMeanSquaredError, writeResult } from './exchange.mjs';

const task = readTask();

function fasttext(...args) {
  const began = performance.now();
  const { status, stdout, stderr, error } = spawnSync('fasttext', args.map(String), {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (error || status !== 0)
    throw new Error(`fasttext ${args[0]} failed: ${error?.message ?? stderr.slice(-500)}`);
  return { stdout, seconds: (performance.now() - began) / 1000 };
}

/** "__label__8 0.41 __label__7 0.2 ..." → the expected star; the printed probabilities do not quite add up to 1. */
function expectedStar(line) {
  const parts = line.trim().split(' ');
  let sum = 0;
  let expected = 0;
  for (let i = 0; i + 1 < parts.length; i += 2) {
    sum += Number(parts[i + 1]);
    expected += Number(parts[i + 1]) * Number(parts[i].slice('__label__'.length));
  }
  return expected / sum;
}

const model = join(task.folder, 'fasttext');
let vectors = [];
let vectorSeconds = 0;
if (task.vectorsFrom) {
  const output = join(task.folder, 'vectors');
  // Whole words only (-maxn 0): the vectors serve as words' anyway, and learning them is several times faster.
  const settings = [
    '-dim',
    100,
    '-maxn',
    0,
    '-epoch',
    task.vectorEpochs,
    '-thread',
    task.threads,
    '-verbose',
    0,
  ];
  const args = ['-input', task.vectorsFrom, '-output', output, ...settings];
  vectorSeconds = fasttext('skipgram', ...args).seconds;
  vectors = ['-pretrainedVectors', `${output}.vec`];
}
const fit = fasttext(
  'supervised',
  ...['-input', task.train, '-output', model, '-thread', task.threads, '-verbose', 0],
  ...task.arguments,
  ...vectors,
);
const actual = readFloats(task.actual);
const levels = new Set(actual).size;
const predicted = fasttext('predict-prob', `${model}.bin`, task.test, levels);
const ratings = Float32Array.from(predicted.stdout.trimEnd().split('\n'), expectedStar);
if (ratings.length !== actual.length)
  throw new Error(`fasttext rated ${ratings.length} reviews, expected ${actual.length}`);
writeResult({
  rmse: rootMeanSquaredError(ratings, actual),
  fitSeconds: fit.seconds + vectorSeconds,
  vectorSeconds,
  reviewsPerSecond: actual.length / predicted.seconds,
  checksum: checksum(ratings),
  version: 'fasttext',
});
