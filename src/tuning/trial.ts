/** One trial of a search, and how it is kept: its options are made again from its number, and compared. */
import type { Saved, SavedState } from '../checkpoint/checkpoint.ts';
import { type OptionName, type Options, optionNames } from '../options.ts';

export interface Trial {
  /** From 1; the first has the options that were given. */
  readonly trial: number;
  readonly options: Options;
  /** Rated reviews that it learned from: fewer than all only by successive halving. */
  readonly reviews: number;
  /** On the reviews that judge; null when the training diverged. */
  readonly rmse: number | null;
  /** Of that RMSE, over the reviews that judge. */
  readonly standardError: number | null;
  readonly bestEpoch: number;
  readonly seconds: number;
}

/** @param squares squared error of each review that judges; null when the training diverged */
export function stateOfTrial(
  { trial: _trial, reviews: _reviews, options, ...figures }: Trial,
  squares: Float32Array | null,
): SavedState {
  const { threads: _threads, engine: _engine, ...own } = options;
  return { data: { ...figures, options: JSON.stringify(own) }, arrays: squares ? { squares } : {} };
}

/** @throws StarlingError BAD_CHECKPOINT when it is none of this search */
export function restoreTrial(
  saved: Saved,
  { trial, options, reviews }: Pick<Trial, 'trial' | 'options' | 'reviews'>,
): Trial {
  const { threads: _threads, engine: _engine, ...own } = options;
  if (saved.text('options') !== JSON.stringify(own)) saved.refuse('the trial has other options');
  const figure = (name: string): number | null => (saved.has(name) ? saved.number(name) : null);
  return {
    trial,
    options,
    reviews,
    rmse: figure('rmse'),
    standardError: figure('standardError'),
    bestEpoch: saved.integer('bestEpoch', 0, options.epochs),
    seconds: saved.number('seconds'),
  };
}

/** What a trial changed. */
export function changed(options: Options, base: Options): Partial<Options> {
  const different = (name: OptionName): boolean =>
    JSON.stringify(options[name]) !== JSON.stringify(base[name]);
  return Object.fromEntries(optionNames.filter(different).map((name) => [name, options[name]]));
}
