/** How often pre-training goes over the reviews, and in what steps, when nobody says it. */
import { forLayer, type Options } from '../options.ts';

/** Learning rates for each optimizer: one for all layers, or of the first and of those above. Those of sgd were not searched for. */
const RATES = { adam: [0.001], adagrad: [0.01], rmsprop: [0.001], sgd: [0.001, 0.0003] };

const FEWEST = 3;
const MOST = 60;

/**
 * Passes over the reviews for a layer. Without an option: with few reviews many, since what counts is how often the weights
 * moved, but not in full proportion, since passes repeat the same reviews. Measured on sets of 8,000 and 75,000 reviews
 * (docs/results.md).
 */
export function pretrainingEpochs(
  options: Pick<Options, 'pretrainEpochs'>,
  layer: number,
  reviews: number,
): number {
  if (options.pretrainEpochs.length > 0) return forLayer(options.pretrainEpochs, layer);
  const first = Math.min(MOST, Math.max(FEWEST, Math.round(3600 / Math.sqrt(Math.max(1, reviews)))));
  return layer === 0 ? first : Math.ceil(first / 2);
}

/** Learning rate of a layer. */
export function pretrainingRate(
  { pretrainLearningRate, pretrainOptimizer }: Pick<Options, 'pretrainLearningRate' | 'pretrainOptimizer'>,
  layer: number,
): number {
  return forLayer(pretrainLearningRate.length > 0 ? pretrainLearningRate : RATES[pretrainOptimizer], layer);
}

/** What the rule chose, in a sentence; null when the options say it. */
export function epochsRule(
  options: Pick<Options, 'pretrainEpochs' | 'hidden'>,
  reviews: number,
): string | null {
  if (options.pretrainEpochs.length > 0) return null;
  const epochs = options.hidden.map((_, layer) => pretrainingEpochs(options, layer, reviews));
  const halved = epochs.length > 1 ? ', above the first layer half' : '';
  return `pre-training: ${epochs.join(', ')} epochs (3,600 / √${reviews.toLocaleString('en-US')} reviews, from ${FEWEST} to ${MOST}${halved}; pretrainEpochs to choose)`;
}

/** The options with the epochs that were trained, where a rule chose them. */
export function withEpochs(options: Options, trained: readonly { readonly epochs: number }[]): Options {
  if (options.pretrainEpochs.length > 0 || trained.length === 0) return options;
  return Object.freeze({ ...options, pretrainEpochs: trained.map(({ epochs }) => epochs) });
}
