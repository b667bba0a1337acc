/**
 * Which of a few settings a network takes for a fold, without a look at the fold's test reviews. A choice per fold would cost as
 * many fits as folds times settings; so the folds are halved, each half's choice is made on the rated reviews of the other half
 * alone (a part of which validates), and serves all its folds.
 */
import type { OptionName, Options } from '../options.ts';
import type { Variant } from './variants.ts';

export interface Choice {
  /** From 1: the folds that it serves. */
  readonly folds: readonly number[];
  /** What was chosen. */
  readonly chosen: Partial<Options>;
  readonly tried: readonly Tried[];
}

export interface Tried {
  readonly options: Partial<Options>;
  /** RMSE on the validation part of the other half of the folds. */
  readonly validationRmse: number;
}

/** Folds from 0, in two halves. */
export function halves(folds: number): readonly [readonly number[], readonly number[]] {
  const all = Array.from({ length: folds }, (_, fold) => fold);
  const half = Math.ceil(folds / 2);
  return [all.slice(0, half), all.slice(half)];
}

/** The first of the best; nothing where nothing was tried. */
export function bestOf(tried: readonly Tried[]): Partial<Options> {
  if (tried.length === 0) return {};
  return tried.reduce((best, one) => (one.validationRmse < best.validationRmse ? one : best)).options;
}

/** What is left for a network to choose from beside what the user has said; empty when nothing is. */
export function choicesBeside(given: Partial<Options>, { choices }: Variant): readonly Partial<Options>[] {
  const free = choices.map((choice) =>
    Object.fromEntries(Object.entries(choice).filter(([name]) => given[name as OptionName] === undefined)),
  );
  const different = [...new Map(free.map((choice) => [JSON.stringify(choice), choice])).values()];
  return different.length > 1 ? different : [];
}
