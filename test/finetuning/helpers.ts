/** Reviews with planted weights: what the best rating of each is, is known; and models that are fitted to some reviews. */
import type { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { learnScale, spreadOverLevels } from '../../src/corpus/scale.ts';
import { fitModel } from '../../src/finetuning/wide.ts';
import type { Engine } from '../../src/kernels/engine.ts';
import { createEngine } from '../../src/kernels/node-engine.ts';
import type { Head, RatingTarget } from '../../src/network/heads.ts';
import { createNetwork, type Network } from '../../src/network/network.ts';
import { type Options, resolveOptions } from '../../src/options.ts';
import { learnEncoders } from '../../src/pretraining/encoders.ts';
import type { Progress } from '../../src/progress.ts';
import { RandomStream } from '../../src/random.ts';
import type { CsrMatrix } from '../../src/sparse/csr.ts';
import { gatherReviews, type ReviewSource } from '../../src/text/review-corpus.ts';

export const TERMS = 40;

export interface Planted {
  readonly x: CsrMatrix;
  readonly ratings: Float64Array;
}

/**
 * Reviews of about eight of 40 words.
 * additive: rating = 3 + the sum of the words' weights; no rounding, so a linear model can be exact.
 * negation: word 0 turns the sum around, which no linear model can say. Clipped to 1 to 5, whole stars.
 */
export function plantedReviews(rows: number, kind: 'additive' | 'negation', noise = 0, seed = 1): Planted {
  const stream = RandomStream.fromSeed(seed).split('reviews');
  const weight = (c: number): number => 0.8 * (2 * RandomStream.fromSeed(77).uniform(c) - 1);
  const rowStart = new Uint32Array(rows + 1);
  const columns: number[] = [];
  const ratings = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (let c = 0; c < TERMS; c++) {
      const p = kind === 'negation' && c === 0 ? 0.5 : 0.2;
      if (stream.uniform(r * TERMS + c) >= p) continue;
      columns.push(c);
      if (kind === 'additive' || c > 0) sum += weight(c) * (kind === 'negation' ? 2 : 1);
    }
    rowStart[r + 1] = columns.length;
    const negated = kind === 'negation' && columns[rowStart[r]] === 0 && rowStart[r] < columns.length;
    const chance = noise * (2 * stream.split('noise').uniform(r) - 1);
    const rating = 3 + (negated ? -sum : sum) + chance;
    ratings[r] = kind === 'negation' ? Math.round(Math.min(5, Math.max(1, rating))) : rating;
  }
  return { x: { rows, cols: TERMS, rowStart, columns: Uint32Array.from(columns), values: null }, ratings };
}

export function headOf(kind: Head['kind'], ratings: Float64Array): { head: Head; targets: RatingTarget } {
  const scale = learnScale(ratings);
  const mean = ratings.reduce((a, b) => a + b) / ratings.length;
  const std = Math.sqrt(ratings.reduce((a, b) => a + (b - mean) ** 2, 0) / ratings.length);
  const spread = Array.from(ratings, (rating) => spreadOverLevels(scale, rating));
  return {
    head: { kind, levels: scale.levels, mean, std },
    targets: {
      low: Uint32Array.from(spread, ({ low }) => low),
      high: Uint32Array.from(spread, ({ high }) => high),
      weightHigh: Float64Array.from(spread, ({ weightHigh }) => weightHigh),
      standardised: ratings.map((rating) => (rating - mean) / std),
    },
  };
}

/** Rows of a split of `rows` reviews: the first ones to learn from, then those for validation, the rest held out. */
export function splitRows(rows: number, train: number, validation: number) {
  const all = Int32Array.from({ length: rows }, (_, r) => r);
  return {
    trainRows: all.slice(0, train),
    validationRows: all.slice(train, train + validation),
    heldOut: all.slice(train + validation),
  };
}

export const fineTuningDefaults = {
  hidden: [],
  pretrain: false,
  epochs: 60,
  learningRate: 0.01,
  batchSize: 20,
  optimizer: 'adam',
  dropout: 0,
  wordDropout: 0,
  patience: 60,
} as const;

export function networkFor(engine: Engine, head: Head, given: Partial<Options>, seed = 1) {
  const options = resolveOptions({ ...fineTuningDefaults, ...given });
  const outputs = head.kind === 'softmax' ? head.levels.length : 1;
  const shape = { ...options, inputs: TERMS, outputs };
  const network: Network = createNetwork(engine, shape, RandomStream.fromSeed(seed).split('network'));
  return { network, options };
}

/** Encoders from all reviews, a network and, if asked for, the linear model beside it; and what was said meanwhile. */
export async function fitToReviews(
  reviews: ReviewSource,
  given: Partial<Options>,
  more: {
    readonly unlabelled?: ReviewSource;
    readonly levels?: number[];
    readonly checkpoint?: Checkpoint;
  } = {},
) {
  const options = resolveOptions({ threads: 1, ...given });
  const engine = createEngine(1, 'wasm');
  const corpus = await gatherReviews(reviews, options, more.unlabelled);
  const stream = RandomStream.fromSeed(1);
  const rows = Int32Array.from({ length: corpus.tokens.length }, (_, row) => row);
  const encoders = await learnEncoders(engine, corpus, rows, options, stream);
  const events: Progress[] = [];
  const model = await fitModel(
    engine,
    corpus,
    corpus.rated,
    corpus.unrated,
    encoders,
    options,
    stream.split('fit'),
    more.levels,
    (event) => events.push(event),
    more.checkpoint,
  );
  const rules = events.flatMap(({ rule }) => rule ?? []);
  return { model, engine, corpus, events, rules };
}

export function rmse(predicted: ArrayLike<number>, actual: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < actual.length; i++) sum += (predicted[i] - actual[i]) ** 2;
  return Math.sqrt(sum / actual.length);
}
