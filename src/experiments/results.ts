/** The shapes of an experiment's settings and results, which other programs rely on: fields are added, never renamed. */
import type { CheckpointSettings } from '../checkpoint/store.ts';
import type { Spread } from '../evaluation/results.ts';
import type { Options } from '../options.ts';
import type { PretrainedLayer } from '../pretraining/stack.ts';
import type { OnProgress } from '../progress.ts';
import type { ReviewSource } from '../text/review-corpus.ts';
import type { Choice } from './choose.ts';
import type { PairComparison } from './compare.ts';
import type { VariantName } from './variants.ts';

export interface SentimentSettings {
  /** What all networks share; `hidden` says how wide the layers are. The input is the paper's unless it is said here: 5,000 words. */
  readonly options?: Partial<Options>;
  /** Reviews for vocabulary and pre-training, at least as many as are rated (with unrated ones among the reviews). */
  readonly unlabelled?: ReviewSource;
  readonly levels?: readonly number[];
  /** Numbers of labels of the curve, beside all. */
  readonly labels?: readonly number[];
  /** Keeps what was computed, so that a run can go on; see `removeCheckpoint`. */
  readonly checkpoint?: CheckpointSettings;
  /** Is told of what goes on within the pre-trainings and fits. */
  readonly onProgress?: OnProgress;
  /** Is told each time a fit has ended. */
  readonly onStep?: (step: Step) => void;
}

export interface Step {
  /** In words, with its figure. */
  readonly what: string;
  /** Fits that have ended, and that there are. */
  readonly done: number;
  readonly total: number;
}

export interface VariantResult {
  readonly name: VariantName;
  readonly title: string;
  /** The RMSE that table 2 of the paper has in its place, on other data. */
  readonly paper: string;
  readonly options: Options;
  readonly choices: readonly Choice[];
  readonly rmse: Spread;
  /** Fraction of exact zeros of the test reviews' outputs. */
  readonly sparsity: {
    readonly input: Spread;
    /** Over all hidden units; null without hidden layers. */
    readonly hidden: Spread | null;
    readonly layers: readonly Spread[];
  };
  readonly bestEpochs: readonly number[];
  /** Empty where nothing was pre-trained. */
  readonly pretrained: readonly PretrainedLayer[];
  /** Without pre-training. */
  readonly seconds: number;
}

export interface CurvePoint {
  readonly variant: VariantName;
  readonly labels: number;
  readonly rmse: Spread;
}

export interface SentimentExperiment {
  readonly variants: readonly VariantResult[];
  readonly constant: Spread;
  readonly pairs: readonly PairComparison[];
  readonly curve: readonly CurvePoint[];
  readonly options: Options;
  readonly seed: number;
  readonly engine: string;
  readonly version: string;
  readonly data: { readonly rated: number; readonly unrated: number };
  readonly seconds: number;
}
