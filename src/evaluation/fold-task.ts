/** A fold as a task for a worker thread (see kernels/node-tasks.ts): the plan as plain data, and the running of it. */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { attachCheckpoint, type CheckpointData } from '../checkpoint/store.ts';
import type { Engine } from '../kernels/engine.ts';
import { type LayerData, shareLayer } from '../network/network.ts';
import type { Progress } from '../progress.ts';
import { TokenCorpus, type TokenCorpusData } from '../text/token-corpus.ts';
import { Vectorizer } from '../text/vectorizer.ts';
import { openEngine } from '../tfjs/node-engine.ts';
import type { FoldOutcome, FoldPlan } from './fold.ts';
import { runSavedFold } from './saved-fold.ts';

/** What a fold tells while it runs, and its RMSE at the end. */
export type FoldMessage = Progress | { readonly rmse: number };

/** Besides: what went wrong with its checkpoint without being worth an end. */
export type TaskMessage = FoldMessage | { readonly checkpointNote: string };

interface Prepared {
  readonly plan: FoldPlan;
  readonly engine: Engine;
  readonly checkpoint: CheckpointData | undefined;
}

export interface FoldTaskData extends Omit<FoldPlan, 'corpus' | 'encoders'> {
  readonly corpus: Omit<FoldPlan['corpus'], 'tokens'> & { readonly tokens: TokenCorpusData };
  readonly encoders?: {
    readonly vocabulary: unknown;
    readonly layers: readonly LayerData[];
    readonly reviews: number;
  };
  readonly checkpoint?: CheckpointData;
}

/** The plan for other threads; weights go into shared memory, once for all of them. */
export function toTaskData(plan: FoldPlan, checkpoint?: CheckpointData): FoldTaskData {
  const { encoders, corpus, transfer, ...rest } = plan;
  return {
    ...rest,
    transfer: transfer && { ...transfer, layers: transfer.layers.map(shareLayer) },
    checkpoint,
    corpus: { ...corpus, tokens: corpus.tokens.toData() },
    encoders: encoders && {
      vocabulary: encoders.vectorizer.toJSON(),
      layers: encoders.layers.map(shareLayer),
      reviews: encoders.reviews,
    },
  };
}

export async function prepare({ corpus, encoders, checkpoint, ...rest }: FoldTaskData): Promise<Prepared> {
  const plan: FoldPlan = {
    ...rest,
    corpus: { ...corpus, tokens: new TokenCorpus(corpus.tokens.options, corpus.tokens) },
    encoders: encoders && {
      vectorizer: Vectorizer.fromJSON(rest.options, encoders.vocabulary),
      layers: encoders.layers,
      summary: [],
      reviews: encoders.reviews,
    },
  };
  return { plan, engine: await openEngine(1, rest.options.engine), checkpoint };
}

export async function run(
  { plan, engine, checkpoint }: Prepared,
  fold: number,
  post: (message: TaskMessage) => void,
): Promise<FoldOutcome> {
  const place: Checkpoint | undefined =
    checkpoint && attachCheckpoint(checkpoint, (checkpointNote) => post({ checkpointNote }));
  const outcome = await runSavedFold(engine, plan, fold, post, place);
  post({ rmse: outcome.result.rmse });
  return outcome;
}
