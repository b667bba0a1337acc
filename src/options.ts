/**
 * Every option once, as data: name, type, range, default, help line. The TypeScript type, the command line's flags,
 * the configuration file, the documentation and the negative tests are all derived from this table.
 *
 * A list option gives one value per hidden layer; its last value serves all deeper layers.
 */
import { StarlingError, shownValue } from './errors.ts';
import { nearest } from './nearest.ts';

export { nearest } from './nearest.ts';

export type OptionGroup = 'text' | 'network' | 'pretraining' | 'finetuning' | 'evaluation' | 'run';

interface Shared {
  readonly group: OptionGroup;
  readonly help: string;
}
interface NumberOption extends Shared {
  readonly type: 'integer' | 'number';
  readonly default: number;
  readonly min: number;
  readonly max: number;
}
interface ListOption extends Shared {
  readonly type: 'integers' | 'numbers';
  readonly default: readonly number[];
  /** Range of each value. */
  readonly min: number;
  readonly max: number;
  /** What the empty list means, where there may be one; the word for it on the command line. */
  readonly empty?: string;
}
interface BooleanOption extends Shared {
  readonly type: 'boolean';
  readonly default: boolean;
}
interface ChoiceOption extends Shared {
  readonly type: 'choice';
  readonly default: string;
  readonly choices: readonly string[];
}
interface ModelOption extends Shared {
  readonly type: 'model';
  /** Folder of a model, the name of one that comes with starling, or "none". */
  readonly default: string;
}
export type OptionSpec = NumberOption | ListOption | BooleanOption | ChoiceOption | ModelOption;

export const optionSpecs = {
  ngrams: {
    group: 'text',
    type: 'integer',
    default: 2,
    min: 1,
    max: 5,
    help: 'longest run of words that is a term: 2 adds pairs, 3 adds triples',
  },
  vocabularySize: {
    group: 'text',
    type: 'integer',
    default: 15_000,
    min: 1,
    max: 10_000_000,
    help: 'keep the most frequent N terms (by reviews that hold them)',
  },
  minDocumentFrequency: {
    group: 'text',
    type: 'integer',
    default: 2,
    min: 1,
    max: 1_000_000_000,
    help: 'drop terms found in fewer reviews than this',
  },
  maxDocumentFrequency: {
    group: 'text',
    type: 'number',
    default: 1,
    min: 0,
    max: 1,
    help: 'drop terms found in more than this fraction of the reviews',
  },
  weighting: {
    group: 'text',
    type: 'choice',
    default: 'binary',
    choices: ['binary', 'counts', 'tfidf'],
    help: 'value of a term that is present',
  },
  stem: { group: 'text', type: 'boolean', default: false, help: 'reduce English words to their Porter stem' },
  stopWords: {
    group: 'text',
    type: 'boolean',
    default: false,
    help: 'drop English stop words (negations are always kept)',
  },
  punctuation: { group: 'text', type: 'boolean', default: true, help: 'keep ! and ? as words' },

  hidden: {
    group: 'network',
    type: 'integers',
    default: [1000],
    min: 1,
    max: 100_000,
    empty: 'none',
    help: 'units of each hidden layer; "none" for no hidden layer',
  },
  activation: {
    group: 'network',
    type: 'choice',
    default: 'rectifier',
    choices: ['rectifier', 'softplus', 'tanh', 'sigmoid', 'leaky', 'lif'],
    help: 'activation of the hidden units (lif: leaky integrate-and-fire)',
  },
  alpha: {
    group: 'network',
    type: 'number',
    default: 1,
    min: 0.01,
    max: 1000,
    help: 'sharpness of the softplus, (1/alpha) softplus(alpha a)',
  },
  negateHalf: {
    group: 'network',
    type: 'boolean',
    default: false,
    help: 'multiply the outputs of half of the units by -1',
  },
  head: {
    group: 'network',
    type: 'choice',
    default: 'softmax',
    choices: ['softmax', 'linear'],
    help: 'softmax over the stars with the expected star, or linear with squared error',
  },

  wide: {
    group: 'network',
    type: 'boolean',
    default: true,
    help: 'put a linear model on weighted runs of words beside the network, with a share of the rating that the validation part picks',
  },
  wideVocabularySize: {
    group: 'network',
    type: 'integer',
    default: 300_000,
    min: 1,
    max: 10_000_000,
    help: 'most terms of the linear model beside the network',
  },
  selfTraining: {
    group: 'network',
    type: 'boolean',
    default: true,
    help: 'where most reviews are unrated, let the linear model learn from them with the ratings that the network gives them',
  },

  transfer: {
    group: 'network',
    type: 'model',
    default: 'general',
    help: 'model whose hidden units are put beside those pre-trained here, so that training begins with what it knows of other reviews: a folder, general (English reviews; comes with starling), or none',
  },

  pretrain: {
    group: 'pretraining',
    type: 'boolean',
    default: true,
    help: 'pre-train the hidden layers as denoising autoencoders',
  },
  pretrainEpochs: {
    group: 'pretraining',
    type: 'integers',
    default: [],
    min: 0,
    max: 10_000,
    empty: 'auto',
    help: 'passes over all reviews, per layer; auto: the more, the fewer reviews (36 for 10,000, 11 for 100,000)',
  },
  pretrainLearningRate: {
    group: 'pretraining',
    type: 'numbers',
    default: [],
    min: 0,
    max: 100,
    empty: 'auto',
    help: 'learning rate of the autoencoders, per layer; auto: 0.001 (adam, rmsprop) or 0.01 (adagrad)',
  },
  pretrainBatchSize: {
    group: 'pretraining',
    type: 'integer',
    default: 128,
    min: 1,
    max: 65_536,
    help: 'reviews per minibatch of the autoencoders',
  },
  pretrainOptimizer: {
    group: 'pretraining',
    type: 'choice',
    default: 'adam',
    choices: ['sgd', 'adam', 'adagrad', 'rmsprop'],
    help: 'optimizer of the autoencoders; rmsprop and adagrad keep one step size per term and 64 units: a third of the memory, and faster',
  },
  masking: {
    group: 'pretraining',
    type: 'numbers',
    default: [0.7, 0.3],
    min: 0,
    max: 0.999,
    help: 'p0, probability that an entry is set to zero, per layer',
  },
  salt: {
    group: 'pretraining',
    type: 'numbers',
    default: [0],
    min: 0,
    max: 0.5,
    help: 'p1, probability that a zero is set to one, per layer (0 above the first: masking alone)',
  },
  reconstruction: {
    group: 'pretraining',
    type: 'choice',
    default: 'sigmoid',
    choices: ['softplus', 'sigmoid', 'linear', 'rectifier'],
    help: 'reconstruction strategy: softplus, linear and rectifier with squared error, sigmoid with cross-entropy',
  },
  reconstructionScale: {
    group: 'pretraining',
    type: 'choice',
    default: 'global',
    choices: ['global', 'unit'],
    help: 'sigmoid strategy above the first layer: divide the targets by the maximum over the layer, or by that of each unit',
  },
  reconstructionSamples: {
    group: 'pretraining',
    type: 'integers',
    default: [512],
    min: 0,
    max: 10_000_000,
    help: 'terms sampled per minibatch for the reconstruction cost, per layer; 0 reconstructs all',
  },
  pretrainL1: {
    group: 'pretraining',
    type: 'numbers',
    default: [0, 1e-4],
    min: 0,
    max: 1000,
    help: 'L1 penalty on the hidden outputs in pre-training, per layer',
  },

  epochs: {
    group: 'finetuning',
    type: 'integer',
    default: 60,
    min: 1,
    max: 100_000,
    help: 'most epochs: passes over the rated reviews (several passes each when they are few)',
  },
  learningRate: {
    group: 'finetuning',
    type: 'number',
    default: 0.0003,
    min: 0,
    max: 100,
    help: 'learning rate of the fine-tuning',
  },
  batchSize: {
    group: 'finetuning',
    type: 'integer',
    default: 64,
    min: 1,
    max: 65_536,
    help: 'reviews per minibatch of the fine-tuning, fewer when few are rated',
  },
  ratingError: {
    group: 'finetuning',
    type: 'number',
    default: 1,
    min: 0,
    max: 1000,
    help: 'weight of the squared error of the rating beside the cross-entropy of the softmax head',
  },
  optimizer: {
    group: 'finetuning',
    type: 'choice',
    default: 'adam',
    choices: ['sgd', 'adam', 'adagrad', 'rmsprop'],
    help: 'optimizer of the fine-tuning; states of untouched rows are left alone',
  },
  momentum: {
    group: 'finetuning',
    type: 'number',
    default: 0.9,
    min: 0,
    max: 0.9999,
    help: 'momentum of sgd',
  },
  weightDecay: {
    group: 'finetuning',
    type: 'number',
    default: 0,
    min: 0,
    max: 100,
    help: 'L2 penalty on the weights of touched rows',
  },
  dropout: {
    group: 'finetuning',
    type: 'number',
    default: 0.7,
    min: 0,
    max: 0.99,
    help: 'probability that a hidden output is dropped in fine-tuning',
  },
  wordDropout: {
    group: 'finetuning',
    type: 'number',
    default: 0.2,
    min: 0,
    max: 0.99,
    help: 'probability that a word is dropped in fine-tuning',
  },
  l1: {
    group: 'finetuning',
    type: 'number',
    default: 0,
    min: 0,
    max: 1000,
    help: 'L1 penalty on the hidden outputs in fine-tuning',
  },
  patience: {
    group: 'finetuning',
    type: 'integer',
    default: 5,
    min: 1,
    max: 100_000,
    help: 'stop after this many epochs without a better validation RMSE',
  },
  validation: {
    group: 'finetuning',
    type: 'number',
    default: 0.1,
    min: 0,
    max: 0.9,
    help: 'part of the rated reviews that picks the best epoch; 0 trains all epochs on everything',
  },

  folds: {
    group: 'evaluation',
    type: 'integer',
    default: 10,
    min: 2,
    max: 1000,
    help: 'folds of the cross-validation',
  },
  transductive: {
    group: 'evaluation',
    type: 'boolean',
    default: false,
    help: 'let vocabulary and pre-training see the text (never the ratings) of the test folds',
  },

  seed: {
    group: 'run',
    type: 'integer',
    default: 1,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    help: 'seed of all random numbers',
  },
  threads: {
    group: 'run',
    type: 'integer',
    default: 0,
    min: 0,
    max: 256,
    help: 'threads; 0 takes all cores. The result does not depend on it',
  },
  engine: {
    group: 'run',
    type: 'choice',
    default: 'auto',
    choices: ['auto', 'native', 'wasm', 'reference', 'tfjs'],
    help: 'arithmetic: auto is the native build where there is one, else WebAssembly; tfjs is TensorFlow.js, if installed; results differ by rounding',
  },
} as const satisfies Record<string, OptionSpec>;

export type OptionName = keyof typeof optionSpecs;

type Value<S> = S extends { type: 'integer' | 'number' }
  ? number
  : S extends { type: 'integers' | 'numbers' }
    ? readonly number[]
    : S extends { type: 'boolean' }
      ? boolean
      : S extends { type: 'choice'; choices: readonly (infer C)[] }
        ? C
        : S extends { type: 'model' }
          ? string
          : never;

/** All options with their values. */
export type Options = { readonly [K in OptionName]: Value<(typeof optionSpecs)[K]> };

export const optionNames = Object.keys(optionSpecs) as OptionName[];

/** The defaults of the table above. */
export const defaultOptions = Object.freeze(
  Object.fromEntries(optionNames.map((name) => [name, optionSpecs[name].default])),
) as unknown as Options;

/** Value of a per-layer option for a hidden layer, counted from 0. */
export function forLayer(list: readonly number[], layer: number): number {
  return list[Math.min(layer, list.length - 1)];
}

/**
 * Defaults, overridden by what is given; every value checked.
 * @param given option names and values, from a caller, a configuration file or a model folder
 * @param where how to name the source in a message: "options", a file's path
 * @throws StarlingError BAD_OPTION for an unknown name (with the nearest known one), a value out of range, or no object
 */
export function resolveOptions(given: Readonly<Record<string, unknown>> = {}, where = 'options'): Options {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new StarlingError(
      'BAD_OPTION',
      `${where}: ${shownValue(given)} is no object of options and values`,
    );
  }
  const resolved: Record<string, unknown> = { ...defaultOptions };
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(optionSpecs, name)) {
      const near = nearest(name, optionNames);
      throw new StarlingError(
        'BAD_OPTION',
        `${where}: there is no option "${name}"`,
        near ? `Did you mean "${near}"?` : '',
      );
    }
    resolved[name] = checkOption(name as OptionName, value, where);
  }
  return Object.freeze(resolved) as Options;
}

/** The value if it fits the option, else a StarlingError BAD_OPTION that says what fits. */
export function checkOption(name: OptionName, value: unknown, where = 'options'): unknown {
  const spec: OptionSpec = optionSpecs[name];
  const refuse = (expected: string): never => {
    throw new StarlingError(
      'BAD_OPTION',
      `${where}: "${name}" is ${shownValue(value)}, expected ${expected}`,
    );
  };
  switch (spec.type) {
    case 'boolean':
      return typeof value === 'boolean' ? value : refuse('true or false');
    case 'model':
      return typeof value === 'string' && value.trim() !== ''
        ? value
        : refuse('the folder or the name of a model, or "none"');
    case 'choice':
      return spec.choices.includes(value as string) ? value : refuse(`one of ${spec.choices.join(', ')}`);
    case 'integer':
    case 'number':
      return fits(spec, value) ? value : refuse(range(spec));
    default: {
      const list = Array.isArray(value) ? value : [value];
      const one = { ...spec, type: spec.type === 'integers' ? 'integer' : 'number' } as const;
      if ((list.length > 0 || spec.empty) && list.every((item) => fits(one, item)))
        return Object.freeze([...list]);
      return refuse(`a list, each ${range(one)}`);
    }
  }
}

function fits(spec: { type: 'integer' | 'number'; min: number; max: number }, value: unknown): boolean {
  if (typeof value !== 'number' || !(value >= spec.min && value <= spec.max)) return false;
  return spec.type === 'number' || Number.isInteger(value);
}

function range(spec: { type: 'integer' | 'number'; min: number; max: number }): string {
  return `${spec.type === 'integer' ? 'a whole number' : 'a number'} from ${spec.min} to ${spec.max}`;
}
