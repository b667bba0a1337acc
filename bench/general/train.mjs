/**
 * The general model that is shipped: trained on several real sets whose ratings are brought to 1 to 5, small enough to be
 * in the package. Measured on the test part of each set; with --held-out, also without that set, which is what a user
 * whose reviews it has never seen may expect. The splits are those of ../quality.
 *
 *   node bench/general/train.mjs --data DIR [--out models/general] [--held-out yelp,clothing,...] [--keep DIR] [--options JSON]
 *
 * --keep saves the models without a set, as DIR/without-yelp: ../quality takes units of them when it measures that set.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadStarling } from '../peers/library.mjs';
import { measure } from '../quality/measures.mjs';
import { loadSet, setNames } from '../quality/sets.mjs';

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.STARLING_DATA },
    out: { type: 'string' },
    'held-out': { type: 'string', default: '' },
    keep: { type: 'string' },
    options: { type: 'string', default: '{}' },
    dist: { type: 'string', default: new URL('../../dist', import.meta.url).pathname },
  },
});
if (!flags.data || !existsSync(flags.data)) {
  console.log('skipped: no folder of real reviews (give --data DIR or set STARLING_DATA)');
  process.exit(0);
}

const starling = await loadStarling(flags.dist);
const LEVELS = [1, 2, 3, 4, 5];
/** To 1 to 5, for the sets that have another scale. */
const TO_STARS = { imdb: (rating) => 1 + (4 * (rating - 1)) / 9, moviescale: (rating) => 1 + 4 * rating };
const options = {
  transfer: 'none',
  vocabularySize: 32_000,
  hidden: [128],
  wideVocabularySize: 20_000,
  seed: 1,
  ...JSON.parse(flags.options),
};

const sets = new Map();
for (const name of setNames) {
  const set = await loadSet(starling, flags.data, name);
  if (!set) throw new Error(`the set ${name} is missing in ${flags.data}`);
  const stars = ({ text, rating }) => ({ id: '', text, rating: TO_STARS[name]?.(rating) ?? rating });
  const unrated = set.unlabelled.map(({ text }) => ({ id: '', text, rating: null }));
  sets.set(name, { train: [...set.train.map(stars), ...unrated], test: set.test.map(stars) });
}

/** Trains, saves in bytes, and reads what was saved: what is measured is what people get. */
async function train(names, folder) {
  const reviews = async function* () {
    for (const name of names) yield* sets.get(name).train;
  };
  const trained = await starling.SentimentModel.train(reviews(), { options, levels: LEVELS });
  await trained.save(folder, { inBytes: true });
  trained.close();
  return starling.SentimentModel.load(folder);
}

const kept = flags.keep ?? mkdtempSync(join(tmpdir(), 'starling-general-'));
if (!flags.keep) process.on('exit', () => rmSync(kept, { recursive: true, force: true }));

/** RMSE of the model, and of the mean rating of the set's training part: what one would say without reading. */
function measureOn(model, name) {
  const { train, test } = sets.get(name);
  const rated = train.filter(({ rating }) => rating !== null);
  const mean = rated.reduce((sum, { rating }) => sum + rating, 0) / rated.length;
  const actual = test.map(({ rating }) => rating);
  const predicted = model.predictMany(test.map(({ text }) => text)).map(({ rating }) => rating);
  const rmse = (ratings) => measure(ratings, actual, LEVELS).rmse;
  return { model: rmse(predicted), constant: rmse(actual.map(() => mean)) };
}

const held = new Map();
for (const name of flags['held-out'].split(',').filter(Boolean)) {
  const others = setNames.filter((other) => other !== name);
  const model = await train(others, join(kept, `without-${name}`));
  held.set(name, measureOn(model, name));
  model.close();
  console.error(`${name}, not seen: ${held.get(name).model.toFixed(4)}`);
}

const model = await train(setNames, flags.out ?? join(kept, 'all'));
const rows = setNames.map((name) => {
  const { model: seen, constant } = measureOn(model, name);
  const unseen = held.get(name)?.model.toFixed(3) ?? '';
  return `| ${name} | ${sets.get(name).test.length.toLocaleString('en-US')} | ${constant.toFixed(3)} | ${seen.toFixed(3)} | ${unseen} |`;
});
const table = `| set | test reviews | mean of its training part | RMSE | RMSE without this set in training |
|:--|--:|--:|--:|--:|
${rows.join('\n')}`;
console.log(table);
if (flags.out) {
  const card = join(flags.out, 'README.md');
  const about = `
## What it learned from, and how well it does

Public English reviews of films (IMDB, scale data of Pang and Lee), businesses (Yelp), clothing, musical instruments, books, DVDs,
electronics and kitchen ware (Amazon); ratings brought to 1 to 5. It holds weights and a vocabulary, no review. RMSE in stars on test
reviews that it has not seen; the last column is what reviews of another kind may expect: a model trained in the same way without that set.

${table}

Made, and measured, with \`node bench/general/train.mjs --data DIR --held-out ${flags['held-out']} --out models/general\`
on starling ${starling.VERSION}.
`;
  writeFileSync(card, `${readFileSync(card, 'utf8')}${about}`);
}
model.close();
