/**
 * What a run tells while it runs: one stream of typed events; the command line is just one listener.
 * Laws: `fraction` never falls within a run, and the last event of a run that ends well has fraction 1.
 */

export interface Progress {
  /** `refit`: fine-tuning again, on all rated reviews; `wide`: the linear model beside the network. */
  readonly phase: 'read' | 'vocabulary' | 'pretrain' | 'finetune' | 'refit' | 'wide' | 'crossvalidate';
  /** Share of the phase that is done, 0 to 1. */
  readonly fraction: number;
  /** True once at the end of each epoch (or fold); false for what is in between. */
  readonly epochEnd: boolean;
  /** Hidden layer that is being pre-trained, from 1, and how many there are. */
  readonly layer?: number;
  readonly layers?: number;
  /** From 1. */
  readonly epoch?: number;
  readonly epochs?: number;
  /** From 1. */
  readonly fold?: number;
  readonly folds?: number;
  /** Mean training cost per review since the epoch began. */
  readonly cost?: number;
  readonly validationRmse?: number;
  /**
   * Fraction of exact zeros of each hidden layer at the end of an epoch. In pre-training of the layers so far, the one that
   * is being trained measured on a minibatch without noise.
   */
  readonly sparsity?: readonly number[];
  readonly reviewsPerSecond?: number;
  readonly secondsLeft?: number;
  /** What a rule chose where no option says it, and how to say otherwise: a sentence for people, once as a phase begins. */
  readonly rule?: string;
  /** A sentence for people, such as why a run stopped early. */
  readonly note?: string;
}

export type OnProgress = (progress: Progress) => void;
