/** A fold as a task for a worker thread (see kernels/node-tasks.ts): the plan as plain data, and the running of it. */
import type { Engine } from '../kernels/engine.ts';
import { createEngine } from '../kernels/node-engine.ts';
import type { LayerData } from '../network/network.ts';
import type { Progress } from '../progress.ts';
import { TokenCorpus, type TokenCorpusData } from '../text/token-corpus.ts';
import { Vectorizer } from '../text/vectorizer.ts';
import { type FoldOutcome, type FoldPlan, runFold } from './fold.ts';

/** What a fold tells while it runs, and its RMSE at the end. */
export type FoldMessage = Progress | { readonly rmse: number };

export interface FoldTaskData extends Omit<FoldPlan, 'corpus' | 'encoders'> {
  readonly corpus: Omit<FoldPlan['corpus'], 'tokens'> & { readonly tokens: TokenCorpusData };
  readonly encoders?: {
    readonly vocabulary: unknown;
    readonly layers: readonly LayerData[];
    readonly reviews: number;
  };
}

function shared(array: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(array.byteLength));
  copy.set(array);
  return copy;
}

/** The plan for other threads; weights go into shared memory, once for all of them. */
export function toTaskData(plan: FoldPlan): FoldTaskData {
  const { encoders, corpus, ...rest } = plan;
  return {
    ...rest,
    corpus: { ...corpus, tokens: corpus.tokens.toData() },
    encoders: encoders && {
      vocabulary: encoders.vectorizer.toJSON(),
      layers: encoders.layers.map((layer) => ({
        ...layer,
        weights: shared(layer.weights),
        bias: shared(layer.bias),
      })),
      reviews: encoders.reviews,
    },
  };
}

export function prepare({ corpus, encoders, ...rest }: FoldTaskData): { plan: FoldPlan; engine: Engine } {
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
  return { plan, engine: createEngine(1, rest.options.engine) };
}

export async function run(
  { plan, engine }: { plan: FoldPlan; engine: Engine },
  fold: number,
  post: (message: FoldMessage) => void,
): Promise<FoldOutcome> {
  const outcome = await runFold(engine, plan, fold, post);
  post({ rmse: outcome.result.rmse });
  return outcome;
}
