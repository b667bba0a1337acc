/**
 * The paper's order on real reviews (Glorot et al. 2011, table 2): with 10,000 rated IMDB reviews and the rest unrated,
 * 5,000 binary words, ten folds: no hidden layer, rectifier without pre-training, rectifier with pre-training. The
 * folds are the same for all three, so differences are compared fold by fold.
 *
 *   node bench/paper-order.mjs --data DIR [--rated 10000] [--folds 10] [--options '{"hidden":[1000]}'] [--out FILE]
 *
 * DIR (or STARLING_DATA) holds imdb_labelled.csv.gz (columns text, rating, split) and imdb_unlabelled.csv.gz. The test
 * half of the labelled reviews is not touched.
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

// The paper's input: 5,000 single words.
const paper = { ngrams: 1, vocabularySize: 5000, pretrainEpochs: [10, 5] };
const common = { ...paper, ...JSON.parse(flags.options), folds: Number(flags.folds) };
async function run(name, options) {
  const result = await crossValidate(rated, {
    // The general model has seen these reviews.
    options: { transfer: 'none', ...common, ...options },
    unlabelled: unrated(),
    onProgress: ({ phase, epochEnd, note, epoch, cost }) => {
      if (!epochEnd) return;
      console.error(
        `${name}: ${phase === 'pretrain' ? `pre-training epoch ${epoch}, cost ${cost.toFixed(2)}` : note}`,
      );
    },
  });
  return result;
}
const without = await run('not pre-trained', { pretrain: false });
const pretrained = await run('pre-trained', {});

const zeros = (sparsity) => (100 * sparsity).toFixed(1);
const hiddenZeros = ({ folds }) =>
  zeros(
    folds.reduce((sum, { sparsity }) => sum + sparsity.hidden[sparsity.hidden.length - 1], 0) / folds.length,
  );
const rows = [
  ['constant', pretrained.baselines.constant.rmse, ''],
  [
    'no hidden layer',
    pretrained.baselines.noHiddenLayer.rmse,
    zeros(pretrained.baselines.noHiddenLayer.sparsity.input),
  ],
  ['rectifier, not pre-trained', without.rmse, hiddenZeros(without)],
  ['rectifier, pre-trained', pretrained.rmse, hiddenZeros(pretrained)],
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
console.log(
  `\n${pretrained.seconds.toFixed(0)} s for the pre-trained run; at most ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB.`,
);
if (flags.out) writeFileSync(flags.out, `${JSON.stringify({ without, pretrained }, null, 1)}\n`);

/** Mean difference, its standard deviation over the folds, and in how many folds it is positive. */
function pairedGain(worse, better) {
  const differences = worse.map((value, fold) => value - better[fold]);
  const n = differences.length;
  const mean = differences.reduce((a, b) => a + b) / n;
  const std = Math.sqrt(differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / (n - 1));
  const positive = differences.filter((d) => d > 0).length;
  return `${mean.toFixed(4)} ± ${std.toFixed(4)} (${positive} of ${n} folds)`;
}
