/** Where a pre-training is between two minibatches, as a checkpoint keeps it: written, and read back with every check. */
import type { Saved, SavedState } from '../checkpoint/checkpoint.ts';
import type { Layer } from '../network/network.ts';
import type { Autoencoder } from './autoencoder.ts';

export interface PretrainedLayer {
  /** Mean reconstruction cost per review in the last epoch. */
  readonly cost: number;
  /** Fraction of exact zeros of the layer's clean outputs over the corpus. */
  readonly sparsity: number;
  readonly epochs: number;
  readonly reviewsPerSecond: number;
}

export interface StackPlace {
  /** The layer that is being trained, from 0; the number of layers when all are. */
  readonly layer: number;
  /** From 1; one more than there are when the layer's last epoch is over. */
  readonly epoch: number;
  /** Reviews of the epoch that are done. */
  readonly at: number;
  /** Sum of their costs, and the mean cost that was last known. */
  readonly sum: number;
  readonly cost: number;
  /** Spent on the layer. */
  readonly seconds: number;
  /** Of the layer's inputs. */
  readonly means: Float64Array;
  readonly sparsity: number;
  readonly largest: number;
  /** Of the layers before. */
  readonly summary: readonly PretrainedLayer[];
}

export function stateOf(
  place: StackPlace,
  layers: readonly Layer[],
  autoencoder: Autoencoder | null,
): SavedState {
  const begun = layers.slice(0, place.layer + 1);
  return {
    data: { ...place, means: Array.from(place.means) },
    arrays: { ...arraysOf(begun), ...autoencoder?.state() },
  };
}

function arraysOf(layers: readonly Layer[]): Record<string, Float32Array> {
  return Object.fromEntries(
    layers.flatMap(({ weights, bias }, i) => [
      [`layers.${i}.weights`, weights.data],
      [`layers.${i}.bias`, bias],
    ]),
  );
}

/** What the run is, for the checks. */
interface StackShape {
  readonly layers: readonly Layer[];
  readonly rows: number;
  /** Reviews of a minibatch. */
  readonly capacity: number;
  readonly epochsOf: (layer: number) => number;
}

/**
 * Reads the place, and sets the layers to what they were there.
 * @throws StarlingError BAD_CHECKPOINT
 */
export function restorePlace(saved: Saved, { layers, rows, capacity, epochsOf }: StackShape): StackPlace {
  const layer = saved.integer('layer', 0, layers.length);
  const done = layer === layers.length;
  const epoch = done ? 1 : saved.integer('epoch', 1, epochsOf(layer) + 1);
  const over = done || epoch > epochsOf(layer);
  const at = saved.integer('at', 0, over ? 0 : Math.max(0, rows - 1));
  if (at % capacity !== 0) saved.refuse(`"at" is ${at}, expected a multiple of ${capacity}`);
  const largest = saved.number('largest');
  if (largest <= 0) saved.refuse(`"largest" is ${largest}, expected more than 0`);
  const summary = saved.list('summary', layer).map((one) => ({
    cost: one.number('cost'),
    sparsity: one.number('sparsity'),
    epochs: one.integer('epochs', 0, Number.MAX_SAFE_INTEGER),
    reviewsPerSecond: one.number('reviewsPerSecond'),
  }));
  if (summary.length !== layer) saved.refuse(`"summary" has ${summary.length} layers, expected ${layer}`);
  saved.fill(arraysOf(layers.slice(0, layer + 1)));
  return {
    layer,
    epoch,
    at,
    sum: saved.number('sum'),
    cost: saved.number('cost'),
    seconds: saved.number('seconds'),
    means: Float64Array.from(saved.numbers('means', done ? undefined : layers[layer].weights.rows)),
    sparsity: saved.number('sparsity'),
    largest,
    summary,
  };
}
