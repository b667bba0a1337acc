/**
 * fastText from lines of words to ratings: supervised with the star as the label; the rating is the expected star.
 *
 * Task: train and test (fastText's lines), actual (ratings of the test reviews), folder (for its files), arguments (of
 * `fasttext supervised`), vectorsFrom (lines to learn word vectors from beforehand, or null), vectorEpochs, threads.
 * Time counts what a user waits for: the programs' own reading and writing of files is in it.
 */
import { join } from 'node:path';
import { checksum, readFloats, readTask, rootMeanSquaredError, writeResult } from './exchange.mjs';
import { expectedStar, fasttext } from './fasttext.mjs';

const task = readTask();

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
