/**
 * The paper's order on real reviews (Glorot et al. 2011, table 2): with 10,000 rated IMDB reviews and the rest unrated,
 * 5,000 binary words, ten folds: no hidden layer, and rectifiers in one layer and in three, without pre-training and with. The
 * folds are the same for all, so differences are compared fold by fold.
 *
 *   node bench/paper-order.mjs --data DIR [--rated 10000] [--folds 10] [--units 1000] [--only ", pre-trained"]
 *     [--options '{"dropout":0.5}'] [--out FILE]
 *
 * `--only` takes the networks whose name holds the text. DIR (or STARLING_DATA) holds imdb_labelled.csv.gz (columns text,
 * rating, split) and imdb_unlabelled.csv.gz. The test half of the labelled reviews is not touched.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readTable } from '../dist/corpus/read-table.js';
import { crossValidate, readReviews } from '../dist/index.js';
import { RandomStream } from '../dist/random.js';

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.STARLING_DATA },
    rated: { type: 'string', default: '10000' },
    folds: { type: 'string', default: '10' },
    units: { type: 'string', default: '1000' },
    only: { type: 'string', default: '' },
    options: { type: 'string', default: '{}' },
    out: { type: 'string' },
  },
});
const labelled = join(flags.data ?? '', 'imdb_labelled.csv.gz');
const unlabelled = join(flags.data ?? '', 'imdb_unlabelled.csv.gz');
if (!flags.data || !existsSync(labelled) || !existsSync(unlabelled)) {
  console.log(
    'skipped: the IMDB reviews are not there (name their folder with --data, or set STARLING_DATA)',
  );
  process.exit(0);
}

const training = [];
for await (const { head, record, review } of readTable(labelled)) {
  if (record[head.header.indexOf('split')] === 'train') training.push(review);
}
const order = RandomStream.fromSeed(2011).permutation(training.length);
const rated = Array.from(order.subarray(0, Number(flags.rated)), (i) => training[i]);
const rest = Array.from(order.subarray(Number(flags.rated)), (i) => ({ ...training[i], rating: null }));
async function* unrated() {
  yield* rest;
  yield* readReviews(unlabelled, { ignoreRatings: true });
}

/** The paper's input, 5,000 single words; the network alone, without other models beside it or in it. */
const common = {
  ...{ ngrams: 1, vocabularySize: 5000, wide: false, transfer: 'none', pretrainEpochs: [10, 7] },
  ...JSON.parse(flags.options),
  folds: Number(flags.folds),
};
const units = Number(flags.units);
const networks = {
  'rectifier, 3 layers, not pre-trained': { hidden: [units, units, units], pretrain: false },
  'rectifier, 1 layer, not pre-trained': { hidden: [units], pretrain: false },
  'rectifier, 1 layer, pre-trained': { hidden: [units] },
  'rectifier, 3 layers, pre-trained': { hidden: [units, units, units] },
};
const chosen = Object.entries(networks).filter(([name]) => name.includes(flags.only));
if (chosen.length === 0) {
  console.error(`--only is "${flags.only}", expected a part of one of: ${Object.keys(networks).join('; ')}`);
  process.exit(2);
}
const results = {};
for (const [name, options] of chosen) {
  const started = performance.now();
  results[name] = await crossValidate(rated, {
    options: { ...common, ...options },
    unlabelled: unrated(),
    onProgress: ({ phase, epochEnd, note, layer, epoch, cost }) => {
      if (!epochEnd) return;
      const what = phase === 'pretrain' ? `layer ${layer}, epoch ${epoch}, cost ${cost.toFixed(2)}` : note;
      console.error(`${name}: ${what}`);
    },
  });
  console.error(`${name}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
}

const percent = (sparsity) => (100 * sparsity).toFixed(1);
const hiddenZeros = ({ folds }) =>
  folds[0].sparsity.hidden
    .map((_, i) => percent(folds.reduce((sum, { sparsity }) => sum + sparsity.hidden[i], 0) / folds.length))
    .join(', ');
const [{ baselines }] = Object.values(results);
const rows = [
  ['constant', baselines.constant.rmse, ''],
  ['no hidden layer', baselines.noHiddenLayer.rmse, percent(baselines.noHiddenLayer.sparsity.input)],
  ...Object.entries(results).map(([name, result]) => [name, result.rmse, hiddenZeros(result)]),
];
console.log(
  '| | RMSE, mean ± std over folds | pooled | zeros, % | better than the line above by, paired over folds |',
);
console.log('|---|---|---|---|---|');
rows.forEach(([name, rmse, sparsity], i) => {
  const gain = i === 0 ? '' : pairedGain(rows[i - 1][1].perFold, rmse.perFold);
  console.log(
    `| ${name} | ${rmse.mean.toFixed(4)} ± ${rmse.std.toFixed(4)} | ${rmse.pooled.toFixed(4)} | ${sparsity} | ${gain} |`,
  );
});
console.log(`\nAt most ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB.`);
if (flags.out) writeFileSync(flags.out, `${JSON.stringify(results, null, 1)}\n`);

/** Mean difference, its standard deviation over the folds, and in how many folds it is positive. */
function pairedGain(worse, better) {
  const differences = worse.map((value, fold) => value - better[fold]);
  const n = differences.length;
  const mean = differences.reduce((a, b) => a + b) / n;
  const std = Math.sqrt(differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / (n - 1));
  const positive = differences.filter((d) => d > 0).length;
  return `${mean.toFixed(4)} ± ${std.toFixed(4)} (${positive} of ${n} folds)`;
}
