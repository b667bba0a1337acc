/**
 * fastText's supervised classifier, rating = expected star; dimensions and epochs picked on a tenth of the rated
 * reviews. Task: rated and test (JSON lines), folder, seed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTask, rootMeanSquaredError, say, writeResult } from '../peers/exchange.mjs';
import { expectedStar, fasttext } from '../peers/fasttext.mjs';

const CANDIDATES = [
  { dim: 20, epoch: 10 },
  { dim: 20, epoch: 40 },
  { dim: 100, epoch: 25 },
];
const MOST_LEVELS = 20;

const task = readTask();
const read = (path) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => JSON.parse(line));
const file = (name) => join(task.folder, `fasttext-${name}`);
/** Its own tutorial's normalisation: lower case, punctuation set apart. */
const words = (text) =>
  text
    .toLowerCase()
    .replace(/([.!?,'/()])/g, ' $1 ')
    .replace(/\s+/g, ' ');

function learn(reviews, { dim, epoch }) {
  writeFileSync(
    file('train.txt'),
    reviews.map(({ text, star }) => `__label__${star} ${words(text)}\n`).join(''),
  );
  const settings = ['-lr', 0.5, '-wordNgrams', 2, '-thread', 1, '-seed', task.seed, '-verbose', 0];
  fasttext(
    'supervised',
    '-input',
    file('train.txt'),
    '-output',
    file('model'),
    '-dim',
    dim,
    '-epoch',
    epoch,
    ...settings,
  );
}

function rate(reviews, levels) {
  writeFileSync(file('test.txt'), reviews.map(({ text }) => `${words(text)}\n`).join(''));
  const { stdout } = fasttext('predict-prob', `${file('model')}.bin`, file('test.txt'), levels);
  return stdout.split('\n').slice(0, reviews.length).map(expectedStar);
}

const rated = read(task.rated);
const ratings = rated.map(({ rating }) => rating);
const [low, high] = [Math.min(...ratings), Math.max(...ratings)];
const continuous = new Set(ratings).size > MOST_LEVELS;
for (const review of rated) {
  review.star = continuous
    ? low + ((high - low) * Math.round((10 * (review.rating - low)) / (high - low))) / 10
    : review.rating;
}
const levels = new Set(rated.map(({ star }) => star)).size;
const began = performance.now();
const held = rated.filter((_, i) => i % 10 === 0);
const kept = rated.filter((_, i) => i % 10 !== 0);
const errors = CANDIDATES.map((candidate) => {
  learn(kept, candidate);
  return rootMeanSquaredError(
    rate(held, levels),
    held.map(({ rating }) => rating),
  );
});
const best = errors.indexOf(Math.min(...errors));
learn(rated, CANDIDATES[best]);
const seconds = (performance.now() - began) / 1000;
const mean = ratings.reduce((a, b) => a + b, 0) / ratings.length;
// A text of which it knows nothing gets the mean.
const predicted = rate(read(task.test), levels).map((rating) => (Number.isFinite(rating) ? rating : mean));
say(`  ${seconds.toFixed(0)} s, candidate ${best + 1} of ${CANDIDATES.length}`);
writeResult({ ratings: predicted, seconds });
