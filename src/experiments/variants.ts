/**
 * The networks that table 2 of Glorot, Bordes and Bengio (2011) compares, as data: what each changes in the common options,
 * and what each may choose for itself. The paper does not give its rates; so that no network is judged by a setting that suits
 * another, each takes the best of a few by inner validation (choose.ts), and the lists are as long for all with hidden layers.
 */
import { linearBaseline } from '../evaluation/fold.ts';
import { forLayer, type Options } from '../options.ts';

export type VariantName = 'none' | 'rectifier-1' | 'rectifier-3' | 'tanh-3' | 'rectifier-3-random';

export interface Variant {
  readonly name: VariantName;
  readonly title: string;
  /** RMSE of table 2, on data that are not public: its order is what compares. */
  readonly paper: string;
  readonly options: (common: Options) => Options;
  /** What it chooses from. */
  readonly choices: readonly Partial<Options>[];
}

/** Units of the first `layers` hidden layers. */
const layersOf = (common: Options, layers: number): readonly number[] =>
  Array.from({ length: layers }, (_, i) => forLayer(common.hidden, i));

const choices: readonly Partial<Options>[] = [0.3, 0.7].flatMap((dropout) =>
  [0.0001, 0.0003, 0.001].map((learningRate) => ({ dropout, learningRate })),
);

export const variants: readonly Variant[] = [
  {
    name: 'none',
    title: 'no hidden layer',
    paper: '0.885 ± 0.006',
    options: linearBaseline,
    choices: [{ learningRate: 0.001 }, { learningRate: 0.003 }, { learningRate: 0.01 }],
  },
  {
    name: 'rectifier-1',
    title: 'rectifier, 1 layer',
    paper: '0.807 ± 0.004',
    options: (common) => ({ ...common, activation: 'rectifier', hidden: layersOf(common, 1) }),
    choices,
  },
  {
    name: 'rectifier-3',
    title: 'rectifier, 3 layers',
    paper: '0.746 ± 0.004',
    options: (common) => ({ ...common, activation: 'rectifier', hidden: layersOf(common, 3) }),
    choices,
  },
  {
    name: 'tanh-3',
    title: 'tanh, 3 layers',
    paper: '0.774 ± 0.008',
    options: (common) => ({ ...common, activation: 'tanh', hidden: layersOf(common, 3) }),
    choices,
  },
  {
    name: 'rectifier-3-random',
    title: 'rectifier, 3 layers, no pre-training',
    paper: 'at best 0.833',
    options: (common) => ({
      ...common,
      activation: 'rectifier',
      hidden: layersOf(common, 3),
      pretrain: false,
    }),
    choices,
  },
];

/** The two networks of the curve over the number of labels. */
export const curveVariants: readonly VariantName[] = ['rectifier-3', 'rectifier-3-random'];
