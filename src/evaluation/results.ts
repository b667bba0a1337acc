/** The shapes of results that other programs rely on. Fields are added, never renamed. */
import type { Options } from '../options.ts';

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
  readonly seconds: number;
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
}

export interface EvaluationResult {
  readonly rmse: number;
  readonly mae: number;
  readonly n: number;
  readonly sparsity: Sparsity;
}
