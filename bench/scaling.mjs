/**
 * How time grows, or does not: with threads (pre-training, and the folds of a cross-validation), and with the vocabulary
 * at an equal number of words per review. Variants run in turn, several times; medians, their ratios, and the ratio of
 * the fastest runs are printed.
 * Reviews are made up while they are read (words by a law like Zipf's), so that no data are needed.
 *
 *   node bench/scaling.mjs [--stages threads,vocabulary,folds] [--repeats 3] [--reviews 12800] [--words 100]
 *     [--units 1000] [--engine wasm] [--optimizer adam] [--out scaling.json]
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { crossValidate, Encoders } from '../dist/index.js';

const { values: flags } = parseArgs({
  options: {
    stages: { type: 'string', default: 'threads,vocabulary,folds' },
    repeats: { type: 'string', default: '3' },
    reviews: { type: 'string', default: '12800' },
    words: { type: 'string', default: '100' },
    units: { type: 'string', default: '1000' },
    engine: { type: 'string', default: 'wasm' },
    optimizer: { type: 'string', default: 'adam' },
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
async function pretraining(terms, threads) {
  const epochs = [];
  const options = { ...network, vocabularySize: terms, pretrainEpochs: [2], threads };
  const encoders = await Encoders.pretrain(corpus(terms, count, false), {
    options,
    onProgress: ({ epochEnd, epoch, reviewsPerSecond }) => {
      if (epochEnd) epochs.push((epoch * count) / reviewsPerSecond);
    },
  });
  const [first, both] = epochs;
  return { seconds: both - first, first, terms: encoders.vectorizer.vocabulary.terms.length };
}

async function folds(threads) {
  const began = performance.now();
  const options = { ...network, vocabularySize: 5000, pretrainEpochs: [1], epochs: 3, folds: 10, threads };
  await crossValidate(corpus(5000, Math.round(count / 4), true), { options });
  return { seconds: (performance.now() - began) / 1000 };
}

const STAGES = {
  threads: {
    variants: { 'one thread': () => pretraining(5000, 1), 'two threads': () => pretraining(5000, 2) },
  },
  vocabulary: {
    variants: { '5,000 terms': () => pretraining(5000, 2), '100,000 terms': () => pretraining(100_000, 2) },
  },
  folds: { variants: { 'one thread': () => folds(1), 'two threads': () => folds(2) } },
};

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const report = { flags, node: process.versions.node, stages: {} };
for (const stage of flags.stages.split(',')) {
  const runs = Object.fromEntries(Object.keys(STAGES[stage].variants).map((name) => [name, []]));
  for (let repeat = 0; repeat < Number(flags.repeats); repeat++) {
    for (const [name, run] of Object.entries(STAGES[stage].variants)) {
      const result = await run();
      runs[name].push(result.seconds);
      const more = result.terms ? ` (first epoch ${result.first.toFixed(2)} s), ${result.terms} terms` : '';
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
