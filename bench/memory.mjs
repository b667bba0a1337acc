/**
 * A corpus of a million reviews of 100 words is read, vectorised and pre-trained on: how much memory that takes. The
 * reviews are made up while they are read: words by Zipf's law.
 *
 *   node bench/memory.mjs [--reviews 1000000] [--words 100] [--epochs 1] [--engine wasm]
 */
import { parseArgs } from 'node:util';
import { Encoders } from '../dist/index.js';

const { values: flags } = parseArgs({
  options: {
    reviews: { type: 'string', default: '1000000' },
    words: { type: 'string', default: '100' },
    epochs: { type: 'string', default: '1' },
    engine: { type: 'string', default: 'wasm' },
  },
});
const reviews = Number(flags.reviews);
const words = Number(flags.words);

/** A small generator of its own: fast, and the same reviews every time. */
function* corpus() {
  let state = 12345;
  for (let r = 0; r < reviews; r++) {
    const text = [];
    for (let w = 0; w < words; w++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      text.push(`w${Math.floor(50_000 ** (state / 2 ** 32))}`);
    }
    yield { id: String(r), text: text.join(' '), rating: null };
  }
}

const started = performance.now();
const seconds = () => ((performance.now() - started) / 1000).toFixed(0);
const encoders = await Encoders.pretrain(corpus(), {
  options: { pretrainEpochs: [Number(flags.epochs)], engine: flags.engine },
  onProgress: ({ epochEnd, cost, reviewsPerSecond }) => {
    if (epochEnd)
      console.error(`${seconds()} s: cost ${cost.toFixed(2)}, ${Math.round(reviewsPerSecond)} reviews/s`);
  },
});
const megabytes = process.resourceUsage().maxRSS / 1024;
console.log(
  `${reviews.toLocaleString('en-US')} reviews of ${words} words, ${encoders.vectorizer.vocabulary.terms.length} terms: ${seconds()} s, at most ${megabytes.toFixed(0)} MB`,
);
