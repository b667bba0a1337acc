/** How often pre-training goes over the reviews when nobody says it. */
import { forLayer, type Options } from '../options.ts';

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

/** The options with the epochs that were trained, where a rule chose them. */
export function withEpochs(options: Options, trained: readonly { readonly epochs: number }[]): Options {
  if (options.pretrainEpochs.length > 0 || trained.length === 0) return options;
  return Object.freeze({ ...options, pretrainEpochs: trained.map(({ epochs }) => epochs) });
}
