/** A fit of an experiment, done or taken from the checkpoint: what was done once is not done again by a run that goes on. */
import type { Checkpoint, Saved, SavedState } from '../checkpoint/checkpoint.ts';
import { fitHeldOut, type HeldOut, type HeldOutFit } from '../evaluation/held-out.ts';
import type { Engine } from '../kernels/engine.ts';
import type { OnProgress } from '../progress.ts';

/** @throws StarlingError as `fitHeldOut`; BAD_CHECKPOINT, INTERRUPTED */
export async function savedFit(
  engine: Engine,
  what: HeldOut,
  place?: Checkpoint,
  onProgress?: OnProgress,
): Promise<HeldOutFit> {
  const saved = await place?.restore();
  if (saved) return restoreFit(saved, what);
  await place?.stopIfAsked();
  const fit = await fitHeldOut(engine, what, onProgress);
  await place?.save(stateOfFit(fit));
  return fit;
}

function stateOfFit({ ratings, ...rest }: HeldOutFit): SavedState {
  return { data: { ...rest, ratings: Array.from(ratings) }, arrays: {} };
}

function restoreFit(saved: Saved, { options, test }: HeldOut): HeldOutFit {
  const sparsity = saved.object('sparsity');
  return {
    ratings: Float64Array.from(saved.numbers('ratings', test.length)),
    sparsity: {
      input: sparsity.number('input'),
      hidden: sparsity.numbers('hidden', options.hidden.length),
    },
    validationRmse: saved.has('validationRmse') ? saved.number('validationRmse') : null,
    bestEpoch: saved.integer('bestEpoch', 0, options.epochs),
  };
}
