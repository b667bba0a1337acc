/** The shapes of results that other programs rely on. Fields are added, never renamed. */
import type { EpochRecord } from '../finetuning/train.ts';
import type { Options } from '../options.ts';
import type { Calibration } from './calibration.ts';
import type { ModelExcerpt } from './mistakes.ts';

/** A figure over folds. RMSE does not average: `pooled` is over all test reviews together, `mean` ± `std` over folds. */
export interface Spread {
  readonly mean: number;
  /** Standard deviation over the folds, with n - 1. */
  readonly std: number;
  readonly pooled: number;
  /** The figure of each fold, in order. */
  readonly perFold: readonly number[];
}

export interface Sparsity {
  /** Fraction of exact zeros of the input, 0 to 1. */
  readonly input: number;
  /** Fraction of exact zeros of each hidden layer's outputs, 0 to 1. */
  readonly hidden: readonly number[];
}

export interface FoldResult {
  /** From 1. */
  readonly fold: number;
  readonly trainSize: number;
  readonly testSize: number;
  readonly rmse: number;
  readonly mae: number;
  readonly sparsity: Sparsity;
  /** Epoch whose weights were kept, from 1. */
  readonly bestEpoch: number;
  /** The learning curve: one entry per epoch. */
  readonly history: readonly EpochRecord[];
  readonly seconds: number;
}

/** Rated reviews with what was predicted for them: one entry per review in each array. */
export interface PredictedReviews {
  /** Place of the review among all that were read, from 0. */
  readonly rows: Int32Array;
  readonly actual: Float64Array;
  /** On the scale of the ratings. */
  readonly predicted: Float64Array;
  /** Of the predicted distributions; null for the linear head, which gives none. */
  readonly calibration: Calibration | null;
}

export interface TestedReviews extends PredictedReviews {
  /** Fold that each review was tested in, from 1. */
  readonly folds: Int32Array;
  /** Of each fold in order, what explains its worst mistakes. Empty unless asked for, by `keepMistakes`. */
  readonly excerpts: readonly ModelExcerpt[];
}

export interface CrossValidationResult {
  readonly folds: readonly FoldResult[];
  readonly rmse: Spread;
  readonly mae: Spread;
  readonly baselines: {
    readonly constant: { readonly rmse: Spread };
    readonly noHiddenLayer: { readonly rmse: Spread; readonly sparsity: Sparsity };
  };
  readonly options: Options;
  readonly seed: number;
  readonly version: string;
  readonly data: { readonly rated: number; readonly unrated: number; readonly levels: readonly number[] };
  readonly seconds: number;
  /** Every test review, fold by fold. Only when asked for, by `keepPredictions`. */
  readonly tested?: TestedReviews;
}

export interface EvaluationResult {
  readonly rmse: number;
  readonly mae: number;
  readonly n: number;
  readonly sparsity: Sparsity;
}
