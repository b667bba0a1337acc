/** The shapes of what a model knows, and of what is asked. Fields are added, never renamed. */
import type { Calibration } from '../evaluation/calibration.ts';
import type { ReviewSource } from '../text/review-corpus.ts';

export interface TermEffect {
  readonly term: string;
  /** Rating of a review of only this term, less the rating of a review without any. */
  readonly effect: number;
  /** Reviews of the training that hold it. */
  readonly documentFrequency: number;
}

export interface NearTerms {
  /** As it was asked for. */
  readonly term: string;
  /** By falling cosine, -1 to 1, of the rows of the first layer's weights. */
  readonly nearest: readonly { readonly term: string; readonly similarity: number }[];
}

/** By how much a term alone moves a unit's pre-activation from where it is without any word. */
export interface Drive {
  readonly term: string;
  readonly by: number;
}

export interface UnitInspection {
  /** From 0. */
  readonly unit: number;
  /** Share of the reviews in which it is active, 0 to 1. */
  readonly active: number;
  /** Mean magnitude of its output. */
  readonly output: number;
  /** Terms that raise it most, and those that lower it most. */
  readonly raisedBy: readonly Drive[];
  readonly loweredBy: readonly Drive[];
}

export interface LayerInspection {
  readonly units: number;
  /** Fraction of exact zeros of its outputs on the rated reviews of the training, 0 to 1. */
  readonly sparsity: number;
  /** Units that no review activated, from 0. */
  readonly deadUnits: readonly number[];
  /** The most used units: active most often, and then with the largest outputs. */
  readonly mostUsed: readonly UnitInspection[];
}

export interface ModelInspection {
  /** Rating of a review without any words. */
  readonly base: number;
  /** Terms that raise the rating most, and those that lower it most. */
  readonly positive: readonly TermEffect[];
  readonly negative: readonly TermEffect[];
  readonly near: readonly NearTerms[];
  readonly layers: readonly LayerInspection[];
  /** Reviews on which the use of the units was measured; null: reviews of one term each, counted as often as it occurs. */
  readonly reviews: number | null;
  /** On the rated ones of these reviews; null without any, and for a model with a linear head. */
  readonly calibration: Calibration | null;
}

export interface InspectSettings {
  /** Terms whose neighbours are wanted. */
  readonly terms?: readonly string[];
  /** Reviews on which to measure the use of the units, and the calibration on those that are rated. */
  readonly reviews?: ReviewSource;
  /** Terms, neighbours and units that are listed; 10 when not given. */
  readonly listed?: number;
}
