/** The tasks that several stages give: one layer's pre-training, by PyTorch (and tfjs) and by starling. */
import { join } from 'node:path';

export const MINIBATCH = 256;
const MASKING = 0.7;

/** starling in minibatches of the peers' size, and in larger ones. */
export const LARGER_MINIBATCHES = [MINIBATCH, 384].map((size) => ({
  name: `starling, minibatches of ${size}`,
  options: { pretrainBatchSize: size },
}));

export const torchTask = (context, terms, more) => ({
  matrix: join(context.data.folder, `unlabelled-${terms}.csr`),
  units: context.units,
  encoder: 'dense',
  batchSize: MINIBATCH,
  epochs: 1,
  minibatches: 0,
  masking: MASKING,
  learningRate: context.torchRates[0],
  warmUp: 150,
  seed: 1,
  threads: context.threads,
  untimed: 2,
  encoders: null,
  ...more,
});

/**
 * Single words, which the dense peers could hardly do without; WebAssembly, which every user has, unless a contender says
 * otherwise.
 */
export const starlingOptions = (context, more) => ({
  ngrams: 1,
  vocabularySize: 5000,
  hidden: [context.units],
  masking: [MASKING],
  threads: context.threads,
  engine: 'wasm',
  ...more,
});

/** One step size per term and 64 units: less memory to move, above all where the vocabulary is large. */
export const RMSPROP = { pretrainOptimizer: 'rmsprop' };

export const starlingTask = (context, options, more) => ({
  dist: context.dist,
  reviews: join(context.data.folder, 'unlabelled.jsonl'),
  options: starlingOptions(context, { pretrainEpochs: [context.sizes.speedEpochs], ...options }),
  encoders: null,
  ...more,
});
