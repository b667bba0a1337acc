/**
 * What a search searches: for some options a list of values or a range. As data, so that a user's own space is a JSON file. Which
 * options are worth it, and between what bounds, is judgement; all others stay as they were given.
 */
import { StarlingError, shownValue } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { checkOption, type OptionName, type OptionSpec, optionNames, optionSpecs } from '../options.ts';

/** Numbers between two ends; `log`: as often between 1 and 10 as between 10 and 100. */
export interface Range {
  readonly min: number;
  readonly max: number;
  readonly log: boolean;
}

/** A dimension: values of equal chance, or a range. */
export type Dimension = readonly unknown[] | Range;

export type Space = Readonly<Partial<Record<OptionName, Dimension>>>;

/**
 * Options that matter for what comes out and that no rule fits to the data. Layers come with their noise from the options, whose
 * last value serves all deeper layers.
 */
export const defaultSpace: Space = {
  ngrams: [1, 2, 3],
  vocabularySize: [5000, 15_000, 30_000],
  hidden: [[500], [1000], [2000], [1000, 500]],
  masking: [
    [0.5, 0.3],
    [0.7, 0.3],
    [0.8, 0.3],
  ],
  pretrainLearningRate: [[0.0005], [0.001], [0.002]],
  learningRate: { min: 1e-4, max: 3e-3, log: true },
  batchSize: [32, 64, 128],
  dropout: { min: 0.2, max: 0.85, log: false },
  wordDropout: { min: 0, max: 0.5, log: false },
};

/** Groups that a search may change: not how results are measured, nor what computes. */
const SEARCHED = ['text', 'network', 'pretraining', 'finetuning'];

/** Of the network, but above or beside what is pre-trained. */
const BESIDE: readonly OptionName[] = ['head', 'wide', 'wideVocabularySize'];

/**
 * The part of a space that changes what pre-training makes; the rest is fine-tuning's alone, and trials that differ in it only
 * share their encoders.
 */
export function changesEncoders(name: OptionName): boolean {
  const { group } = optionSpecs[name];
  return group === 'text' || group === 'pretraining' || (group === 'network' && !BESIDE.includes(name));
}

/**
 * A space from a JSON value: {"learningRate": {"min": 0.0001, "max": 0.01, "log": true}, "hidden": [[500], [1000]]}.
 * @param where for messages: the file
 * @throws StarlingError BAD_OPTION
 */
export function checkSpace(given: unknown, where: string): Space {
  const refuse = (what: string, hint = ''): never => {
    throw new StarlingError('BAD_OPTION', `${where}: ${what}`, hint);
  };
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return refuse(
      `${shownValue(given)} is no object of options and what to search`,
      'Such as: {"dropout": [0.3, 0.7]}',
    );
  }
  const searched = optionNames.filter((name) => SEARCHED.includes(optionSpecs[name].group));
  const space: Partial<Record<OptionName, Dimension>> = {};
  for (const [name, dimension] of Object.entries(given)) {
    if (!searched.includes(name as OptionName)) {
      const near = nearest(name, searched);
      const known = Object.hasOwn(optionSpecs, name);
      return refuse(
        known ? `"${name}" cannot be searched` : `there is no option "${name}"`,
        near && !known ? `Did you mean "${near}"?` : '',
      );
    }
    space[name as OptionName] = checkDimension(name as OptionName, dimension, where, refuse);
  }
  if (Object.keys(space).length === 0) return refuse('nothing is to be searched');
  return space;
}

function checkDimension(
  name: OptionName,
  given: unknown,
  where: string,
  refuse: (what: string, hint?: string) => never,
): Dimension {
  if (Array.isArray(given)) {
    if (given.length === 0) return refuse(`"${name}" has no value to choose from`);
    return given.map((value) => checkOption(name, value, where));
  }
  const spec: OptionSpec = optionSpecs[name];
  if (spec.type === 'boolean' || spec.type === 'choice' || spec.type === 'model') {
    return refuse(`"${name}" is ${shownValue(given)}, expected a list of values`);
  }
  const { min, max, log = false, ...rest } = (given ?? {}) as Record<string, unknown>;
  const sound =
    typeof min === 'number' &&
    typeof max === 'number' &&
    min < max &&
    typeof log === 'boolean' &&
    Object.keys(rest).length === 0;
  if (!sound) {
    return refuse(
      `"${name}" is ${shownValue(given)}, expected a list of values, or "min" and "max", and perhaps "log": true`,
    );
  }
  if (log && min <= 0) return refuse(`"${name}": a range with "log" begins above 0, not at ${min}`);
  for (const end of [min, max]) checkOption(name, end, where);
  return { min, max, log };
}
