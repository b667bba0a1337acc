/**
 * With few rated reviews the part that is set aside is a loss and a poor judge: 25 reviews ended trainings long before, or after,
 * their best. So the network is trained twice: once to see how many epochs do well on that part, and again on all rated
 * reviews, for that many epochs drawn towards the number that has done well on many sets.
 */
import type { Options } from '../options.ts';
import { defaultOptions } from '../options.ts';

/** Rated reviews from which on one training with a part set aside is enough. */
export const MANY_RATED = 2000;

/**
 * Epochs (of 64 minibatches and more, see `paced` in fit.ts) that were within 2 % of the best number on Yelp, clothing, films and Amazon
 * with 100 to 1,000 labels, at the default learning rate; and how many reviews of a validation part weigh as much.
 */
const USUAL_EPOCHS = 8;
const USUAL_REVIEWS = 50;

/**
 * Epochs for the training on all rated reviews.
 * @param best epoch with the least error on the validation part, from 1 @param reviews of that part
 */
export function refitEpochs(best: number, reviews: number, options: Options): number {
  const { hidden, optimizer, learningRate, epochs } = options;
  // Nothing is known of how long other networks and optimizers take.
  if (hidden.length === 0 || optimizer !== defaultOptions.optimizer || learningRate === 0) return best;
  const usual = (USUAL_EPOCHS * defaultOptions.learningRate) / learningRate;
  const drawn = Math.round((best * reviews + usual * USUAL_REVIEWS) / (reviews + USUAL_REVIEWS));
  return Math.min(epochs, Math.max(1, drawn));
}
