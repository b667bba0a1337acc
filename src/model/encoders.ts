/** Pre-trained encoders as a thing of their own: learned from unrated reviews, saved, and given to later trainings. */
import { identityOf } from '../checkpoint/identity.ts';
import { type CheckpointSettings, openCheckpoint } from '../checkpoint/store.ts';
import { type Options, resolveOptions } from '../options.ts';
import { type EncoderData, learnEncoders } from '../pretraining/encoders.ts';
import { withEpochs } from '../pretraining/schedule.ts';
import type { PretrainedLayer } from '../pretraining/stack.ts';
import type { OnProgress } from '../progress.ts';
import { RandomStream } from '../random.ts';
import { readModelFolder, writeModelFolder } from '../saved/folder.ts';
import { layersFrom, layerTensors } from '../saved/tensors.ts';
import { gatherReviews, type ReviewSource } from '../text/review-corpus.ts';
import { Vectorizer } from '../text/vectorizer.ts';
import { openEngine } from '../tfjs/node-engine.ts';
import { VERSION } from '../version.ts';
import { encoderCard } from './card.ts';

export interface PretrainSettings {
  readonly options?: Partial<Options>;
  /** Saves the state of the run now and then, so that it can go on after a crash; see `removeCheckpoint`. */
  readonly checkpoint?: CheckpointSettings;
  readonly onProgress?: OnProgress;
}

export class Encoders implements EncoderData {
  readonly options: Options;
  readonly vectorizer: Vectorizer;
  readonly layers: EncoderData['layers'];
  readonly summary: readonly PretrainedLayer[];
  readonly reviews: number;

  private constructor(options: Options, data: EncoderData) {
    this.options = withEpochs(options, data.summary);
    this.vectorizer = data.vectorizer;
    this.layers = data.layers;
    this.summary = data.summary;
    this.reviews = data.reviews;
  }

  /** Learns a vocabulary and encoders from reviews; ratings are not looked at. */
  static async pretrain(reviews: ReviewSource, settings: PretrainSettings = {}): Promise<Encoders> {
    const options = resolveOptions(settings.options);
    const corpus = await gatherReviews(reviews, options);
    const rows = Int32Array.from({ length: corpus.tokens.length }, (_, row) => row);
    const engine = await openEngine(options.threads, options.engine);
    try {
      const stream = RandomStream.fromSeed(options.seed).split('pretraining');
      const { onProgress } = settings;
      const checkpoint =
        settings.checkpoint &&
        (await openCheckpoint(settings.checkpoint, identityOf('pretrain', options, engine.name, corpus)));
      const place = checkpoint?.part('pretraining');
      return new Encoders(
        options,
        await learnEncoders(engine, corpus, rows, options, stream, onProgress, place),
      );
    } finally {
      engine.close();
    }
  }

  /** @throws StarlingError BAD_MODEL, NO_SUCH_FILE */
  static async load(dir: string): Promise<Encoders> {
    const { config, vocabulary, tensors } = await readModelFolder(dir, 'encoder');
    const options = resolveOptions(config.options as Record<string, unknown>, `${dir}/config.json`);
    const vectorizer = Vectorizer.fromJSON(options, vocabulary, `${dir}/vocabulary.json`);
    const layers = layersFrom(
      dir,
      tensors,
      'layers',
      vectorizer.vocabulary.terms.length,
      config.layers === 0 ? [] : options.hidden,
    );
    return new Encoders(options, {
      vectorizer,
      layers,
      summary: (config.summary as PretrainedLayer[] | undefined) ?? [],
      reviews: Number(config.reviews ?? 0),
    });
  }

  /** Writes the folder atomically. */
  async save(dir: string): Promise<void> {
    const { options, summary, reviews, vectorizer, layers } = this;
    await writeModelFolder(dir, {
      kind: 'encoder',
      config: { version: VERSION, options, layers: layers.length, summary, reviews },
      vocabulary: vectorizer.toJSON(),
      tensors: layerTensors('layers', layers),
      card: encoderCard({
        options,
        summary,
        reviews,
        terms: vectorizer.vocabulary.terms.length,
        version: VERSION,
      }),
    });
  }
}
