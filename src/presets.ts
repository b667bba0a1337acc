/** Sets of options under a name. */
import type { Options } from './options.ts';

/**
 * Sets of options for a purpose; what is given beside one goes before it. `paper` has the input, the layers, the noise and
 * the penalties of Glorot, Bordes and Bengio (2011) and of their code for reviews; sampled reconstruction (Dauphin et al.
 * 2011), Adam and dropout are starling's. The usual learning rate is meant for one layer of 1,000 units; with it the ratings of these
 * wide layers swing from epoch to epoch, and 4,000 labels did worse than 1,000.
 */
export const presets = {
  paper: {
    ngrams: 1,
    vocabularySize: 5000,
    hidden: [5000, 5000, 5000],
    wide: false,
    transfer: 'none',
    ratingError: 0,
    learningRate: 1e-4,
    masking: [0.8, 0.3, 0.1],
    pretrainL1: [1e-4, 1e-3, 1e-3],
    pretrainEpochs: [30, 30, 15],
  },
} as const satisfies Record<string, Partial<Options>>;

export type PresetName = keyof typeof presets;
