/**
 * How time grows, or does not: with threads (pre-training, and the folds of a cross-validation), and with the vocabulary
 * at an equal number of words per review. Variants run in turn, several times; medians, their ratios, and the ratio of
 * the fastest runs are printed.
 * Reviews are made up while they are read (words by a law like Zipf's), so that no data are needed. Real ones for the stage
 * "real-vocabulary": of the IMDB reviews in DIR (or STARLING_DATA) that have as many, the first `words` different words that
 * are among the most frequent 5,000 or 100,000.
 *
 *   node bench/scaling.mjs [--stages threads,vocabulary,folds,real-vocabulary] [--repeats 3] [--reviews 12800] [--words 100]
 *     [--units 1000] [--engine wasm] [--optimizer adam] [--data DIR] [--out scaling.json]
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { crossValidate, Encoders, readReviews } from '../dist/index.js';

const { values: flags } = parseArgs({
  options: {
    stages: { type: 'string', default: 'threads,vocabulary,folds' },
    repeats: { type: 'string', default: '3' },
    reviews: { type: 'string', default: '12800' },
    words: { type: 'string', default: '100' },
    units: { type: 'string', default: '1000' },
    engine: { type: 'string', default: 'wasm' },
    optimizer: { type: 'string', default: 'adam' },
    data: { type: 'string', default: process.env.STARLING_DATA },
    out: { type: 'string' },
  },
});
const count = Number(flags.reviews);
const words = Number(flags.words);

/** Reviews of `words` different words among `terms`, the same every time. */
function* corpus(terms, reviews, rated) {
  let state = 12345;
  for (let r = 0; r < reviews; r++) {
    const own = new Set();
    while (own.size < words) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      own.add(`w${Math.floor(terms ** (state / 2 ** 32))}`);
    }
    yield { id: String(r), text: [...own].join(' '), rating: rated ? 1 + (r % 5) : null };
  }
}

const IMDB = ['imdb_unlabelled.csv.gz', 'imdb_labelled.csv.gz'];

/**
 * Real reviews, each the first `words` different words of its own that are among the `terms` that most reviews have; the same reviews whatever
 * the number of terms.
 */
async function realCorpora(least, ...sizes) {
  const reviews = [];
  const frequency = new Map();
  for await (const { text } of readReviews(IMDB.map((file) => join(flags.data, file)))) {
    const own = [...new Set(text.toLowerCase().match(/[a-z]+/g))];
    reviews.push(own);
    for (const word of own) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  }
  const ranked = [...frequency].sort((a, b) => b[1] - a[1]).map(([word]) => word);
  const rank = new Map(ranked.map((word, i) => [word, i]));
  const first = (own, terms) => own.filter((word) => rank.get(word) < terms).slice(0, words);
  const enough = reviews.filter((own) => first(own, least).length === words).slice(0, count);
  const corpusOf = (terms) =>
    enough.map((own, r) => ({ id: String(r), text: first(own, terms).join(' '), rating: null }));
  return new Map([least, ...sizes].map((terms) => [terms, corpusOf(terms)]));
}

const network = {
  ngrams: 1,
  minDocumentFrequency: 1,
  hidden: [Number(flags.units)],
  engine: flags.engine,
  pretrainOptimizer: flags.optimizer,
};

/**
 * Seconds of the second epoch of pre-training. The first one, which is told beside it, also has the system hand out the memory, page
 * by page: what it costs once and for all grows with the vocabulary.
 */
async function pretraining(terms, threads, reviews = [...corpus(terms, count, false)]) {
  const epochs = [];
  const options = { ...network, vocabularySize: terms, pretrainEpochs: [2], threads };
  const encoders = await Encoders.pretrain(reviews, {
    options,
    onProgress: ({ epochEnd, epoch, reviewsPerSecond }) => {
      if (epochEnd) epochs.push((epoch * reviews.length) / reviewsPerSecond);
    },
  });
  const [first, both] = epochs;
  const { length } = encoders.vectorizer.vocabulary.terms;
  return { seconds: both - first, first, reviews: reviews.length, terms: length };
}

async function folds(threads) {
  const began = performance.now();
  const options = { ...network, vocabularySize: 5000, pretrainEpochs: [1], epochs: 3, folds: 10, threads };
  await crossValidate(corpus(5000, Math.round(count / 4), true), { options });
  return { seconds: (performance.now() - began) / 1000 };
}

let read;
const real = () => {
  read ??= realCorpora(5000, 100_000);
  return read;
};

const STAGES = {
  threads: {
    variants: { 'one thread': () => pretraining(5000, 1), 'two threads': () => pretraining(5000, 2) },
  },
  vocabulary: {
    variants: { '5,000 terms': () => pretraining(5000, 2), '100,000 terms': () => pretraining(100_000, 2) },
  },
  'real-vocabulary': {
    needs: IMDB,
    variants: {
      '5,000 terms': async () => pretraining(5000, 2, (await real()).get(5000)),
      '100,000 terms': async () => pretraining(100_000, 2, (await real()).get(100_000)),
    },
  },
  folds: { variants: { 'one thread': () => folds(1), 'two threads': () => folds(2) } },
};

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const report = { flags, node: process.versions.node, stages: {} };
for (const stage of flags.stages.split(',')) {
  const { needs } = STAGES[stage];
  const missing = needs?.find((file) => !existsSync(join(flags.data ?? '', file)));
  if (missing) {
    console.log(`${stage}: skipped, ${missing} is not there (--data DIR or STARLING_DATA)`);
    continue;
  }
  const runs = Object.fromEntries(Object.keys(STAGES[stage].variants).map((name) => [name, []]));
  for (let repeat = 0; repeat < Number(flags.repeats); repeat++) {
    for (const [name, run] of Object.entries(STAGES[stage].variants)) {
      const result = await run();
      runs[name].push(result.seconds);
      const more = result.terms
        ? ` (first epoch ${result.first.toFixed(2)} s), ${result.reviews} reviews, ${result.terms} terms`
        : '';
      console.error(`${stage}, ${name}: ${result.seconds.toFixed(2)} s${more}`);
    }
  }
  const [first, second] = Object.values(runs).map(median);
  // What else the machine (or the host of a virtual one) does makes runs slower, never faster.
  const [least, other] = Object.values(runs).map((seconds) => Math.min(...seconds));
  report.stages[stage] = { runs, ratio: first / second, ratioOfFastest: least / other };
  const [a, b] = Object.keys(runs);
  console.log(
    `${stage}: ${a} ${first.toFixed(2)} s, ${b} ${second.toFixed(2)} s; ${(first / second).toFixed(2)} times as fast (the fastest runs: ${(least / other).toFixed(2)})`,
  );
  if (flags.out) writeFileSync(flags.out, JSON.stringify(report, null, 1));
}
