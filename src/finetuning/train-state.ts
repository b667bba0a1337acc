/** Where a fine-tuning is between two minibatches, as a checkpoint keeps it: written, and read back with every check. */
import type { Saved, SavedState } from '../checkpoint/checkpoint.ts';
import type { Backward } from '../network/backward.ts';
import type { Network } from '../network/network.ts';
import { allLayers, saveWeights, type WeightCopy } from './weights.ts';

export interface EpochRecord {
  readonly epoch: number;
  /** Mean training cost per review, with dropout. */
  readonly cost: number;
  readonly validationRmse: number | null;
  /** Fraction of exact zeros of each hidden layer's outputs on the validation part (or in training, with dropout). */
  readonly sparsity: readonly number[];
}

export interface BestEpoch {
  readonly epoch: number;
  readonly rmse: number;
  readonly weights: WeightCopy;
}

export interface TrainingPlace {
  /** From 1; one more than there are when the last is over. */
  readonly epoch: number;
  /** Reviews of the epoch that are done. */
  readonly at: number;
  /** Sum of their costs. */
  readonly sum: number;
  /** Active units of each hidden layer in them. */
  readonly active: Float64Array;
  readonly history: readonly EpochRecord[];
  readonly best: BestEpoch | null;
}

export function stateOf(
  { best, active, ...place }: TrainingPlace,
  network: Network,
  backward: Backward,
): SavedState {
  return {
    data: {
      ...place,
      active: Array.from(active),
      best: best && { epoch: best.epoch, rmse: best.rmse },
    },
    arrays: {
      ...arraysOf('network', weightsOf(network)),
      ...backward.state(),
      ...(best ? arraysOf('best', best.weights) : {}),
    },
  };
}

/** The weights themselves, not a copy. */
function weightsOf(network: Network): WeightCopy {
  return allLayers(network).map(({ weights, bias }) => ({ weights: weights.data, bias }));
}

function arraysOf(name: string, layers: WeightCopy): Record<string, Float32Array> {
  return Object.fromEntries(
    layers.flatMap(({ weights, bias }, i) => [
      [`${name}.${i}.weights`, weights],
      [`${name}.${i}.bias`, bias],
    ]),
  );
}

/**
 * Reads the place, and sets the network and the optimizer's state to what they were there.
 * @param reviews to learn from @param size of a minibatch
 * @throws StarlingError BAD_CHECKPOINT
 */
export function restorePlace(
  saved: Saved,
  network: Network,
  backward: Backward,
  { epochs, reviews, size }: { readonly epochs: number; readonly reviews: number; readonly size: number },
): TrainingPlace {
  const epoch = saved.integer('epoch', 1, epochs + 1);
  const at = saved.integer('at', 0, epoch > epochs ? 0 : Math.max(0, reviews - 1));
  if (at % size !== 0) saved.refuse(`"at" is ${at}, expected a multiple of ${size}`);
  const hidden = network.layers.length;
  const history = saved.list('history', epochs).map(
    (one, i): EpochRecord => ({
      epoch: one.integer('epoch', i + 1, i + 1),
      cost: one.number('cost'),
      validationRmse: one.has('validationRmse') ? one.number('validationRmse') : null,
      sparsity: one.numbers('sparsity', hidden),
    }),
  );
  if (history.length !== epoch - 1) {
    saved.refuse(`"history" has ${history.length} epochs, expected ${epoch - 1}`);
  }
  let best: BestEpoch | null = null;
  if (saved.has('best')) {
    const kept = saved.object('best');
    const weights = saveWeights(network);
    saved.fill(arraysOf('best', weights));
    best = {
      epoch: kept.integer('epoch', 1, Math.max(1, history.length)),
      rmse: kept.number('rmse'),
      weights,
    };
  }
  saved.fill({ ...arraysOf('network', weightsOf(network)), ...backward.state() });
  return {
    epoch,
    at,
    sum: saved.number('sum'),
    active: Float64Array.from(saved.numbers('active', hidden)),
    history,
    best,
  };
}
