/**
 * What pre-training leaves behind: a vocabulary and encoders over it, outside of any arena, so that they can be saved
 * and can serve many fine-tunings (the folds of a cross-validation).
 */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Engine } from '../kernels/engine.ts';
import { exportLayer, type LayerData } from '../network/network.ts';
import type { Options } from '../options.ts';
import type { OnProgress } from '../progress.ts';
import type { RandomStream } from '../random.ts';
import type { ReviewCorpus } from '../text/review-corpus.ts';
import { type TextOptions, Vectorizer } from '../text/vectorizer.ts';
import { epochsRule } from './schedule.ts';
import { type PretrainedLayer, pretrainStack } from './stack.ts';

export interface EncoderData {
  readonly vectorizer: Vectorizer;
  /** Empty when nothing was pre-trained. */
  readonly layers: readonly LayerData[];
  readonly summary: readonly PretrainedLayer[];
  /** Reviews that the vocabulary and the encoders have seen. */
  readonly reviews: number;
  /** What the head of another model makes of the last units of the last layer: see finetuning/transfer.ts. */
  readonly head?: LayerData;
}

/**
 * Builds the vocabulary of the given rows and, unless the options say otherwise, pre-trains on them.
 * @param checkpoint for the state of the pre-training; the vocabulary is built again
 */
export async function learnEncoders(
  engine: Engine,
  corpus: ReviewCorpus,
  rows: Int32Array,
  options: Options,
  stream: RandomStream,
  onProgress?: OnProgress,
  checkpoint?: Checkpoint,
): Promise<EncoderData> {
  const text: TextOptions = options;
  const vectorizer = Vectorizer.fit(corpus.tokens, rows, text);
  if (!options.pretrain || options.hidden.length === 0 || vectorizer.vocabulary.terms.length === 0) {
    return { vectorizer, layers: [], summary: [], reviews: rows.length };
  }
  const rule = epochsRule(options, rows.length);
  if (rule !== null) onProgress?.({ phase: 'pretrain', fraction: 0, epochEnd: false, rule });
  const mark = engine.arena.mark();
  const x = vectorizer.transformCorpus(corpus.tokens, rows);
  const stack = await pretrainStack(engine, x, options, stream, onProgress, checkpoint);
  const layers = stack.layers.map(exportLayer);
  engine.arena.release(mark);
  return { vectorizer, layers, summary: stack.summary, reviews: rows.length };
}
