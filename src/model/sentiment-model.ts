/** The model that people use: train it on reviews, save it, load it, let it rate. */
import { identityOf } from '../checkpoint/identity.ts';
import { type CheckpointSettings, openCheckpoint } from '../checkpoint/store.ts';
import type { Review } from '../corpus/review.ts';
import { StarlingError } from '../errors.ts';
import { predictedReviews } from '../evaluation/predicted-reviews.ts';
import type { EvaluationResult, PredictedReviews, Sparsity } from '../evaluation/results.ts';
import type { ExplainSettings, Explanation } from '../explanation/explanation.ts';
import { inspectModel } from '../explanation/inspect-model.ts';
import type { InspectSettings, ModelInspection } from '../explanation/knowledge.ts';
import { type EpochRecord, PREDICTION_BATCH } from '../finetuning/train.ts';
import { type Taken, takeOver } from '../finetuning/transfer.ts';
import { fitModel } from '../finetuning/wide.ts';
import type { Engine } from '../kernels/engine.ts';
import { createEngine, type EngineKind } from '../kernels/node-engine.ts';
import { meanAbsoluteError, rootMeanSquaredError } from '../metrics.ts';
import type { Head } from '../network/heads.ts';
import { exportLayer, type LayerData, shareLayer } from '../network/network.ts';
import { predictOnce } from '../network/predict.ts';
import { checkOption, type Options, resolveOptions } from '../options.ts';
import { type EncoderData, learnEncoders } from '../pretraining/encoders.ts';
import { withEpochs } from '../pretraining/schedule.ts';
import type { OnProgress } from '../progress.ts';
import { RandomStream } from '../random.ts';
import { readModelFolder, writeModelFolder } from '../saved/folder.ts';
import { type ModelParts, modelParts } from '../saved/parts.ts';
import { layerTensors } from '../saved/tensors.ts';
import { readTransfer } from '../saved/transfer.ts';
import { gatherReviews, type ReviewSource } from '../text/review-corpus.ts';
import { Vectorizer } from '../text/vectorizer.ts';
import { openEngine } from '../tfjs/node-engine.ts';
import { VERSION } from '../version.ts';
import { modelCard } from './card.ts';
import { asPredictions, type Prediction, type RatedTexts } from './prediction.ts';
import { type Member, placeModel, Rater } from './rater.ts';

/** What is known of the training. */
export interface TrainingSummary {
  readonly rated: number;
  readonly unrated: number;
  readonly terms: number;
  /** RMSE on the validation part at the best epoch, with the linear model's share; null without such a part. */
  readonly validationRmse: number | null;
  readonly bestEpoch: number;
  readonly sparsity: Sparsity;
  readonly history: readonly EpochRecord[];
  /** The linear model beside the network; null or absent when there is none. */
  readonly wide?: WideSummary | null;
  /** Hidden units that were taken over of another model; null or absent when there are none. */
  readonly transfer?: Taken | null;
  readonly seconds: number;
}

export interface WideSummary {
  /** Of the rating, 0 to 1. */
  readonly share: number;
  readonly terms: number;
  /** Of the linear model alone, and of the network alone. */
  readonly validationRmse: number | null;
  readonly networkRmse: number | null;
}

export interface TrainSettings {
  readonly options?: Partial<Options>;
  /** Reviews for vocabulary and pre-training only. */
  readonly unlabelled?: ReviewSource;
  /** The rating scale; learned from the ratings when not given. */
  readonly levels?: readonly number[];
  /** From `Encoders.pretrain`; without them the training pre-trains its own. */
  readonly encoders?: EncoderData;
  /** Keep what was predicted for the validation part, as `validation` of the model. */
  readonly keepPredictions?: boolean;
  /** Saves the state of the run now and then, so that it can go on after a crash; see `removeCheckpoint`. */
  readonly checkpoint?: CheckpointSettings;
  readonly onProgress?: OnProgress;
}

/** A model as plain data, for other threads. */
export interface ModelData {
  readonly options: Options;
  readonly head: Head;
  readonly training: TrainingSummary;
  /** As `Vectorizer.toJSON` gives it. */
  readonly vocabulary: unknown;
  /** The hidden layers, then the head. */
  readonly layers: readonly LayerData[];
  /** The linear model beside the network: its one layer. */
  readonly wide?: {
    readonly share: number;
    readonly options: Options;
    readonly vocabulary: unknown;
    readonly layers: readonly LayerData[];
  } | null;
  /** What computes: the same wherever the model goes, so that it gives the same numbers. */
  readonly engine: string;
}

/** Reviews that are read before they are rated together. */
const EVALUATION_CHUNK = 4096;

export class SentimentModel {
  readonly options: Options;
  readonly levels: readonly number[];
  readonly training: TrainingSummary;
  readonly vectorizer: Vectorizer;
  /**
   * The reviews that picked the best epoch, as a model rates them that had not learned from them. Null without such a part, unless
   * `keepPredictions` asked for it, and after loading.
   */
  readonly validation: PredictedReviews | null;
  private readonly engine: Engine;
  private readonly rater: Rater;
  private readonly wideOptions: Options | null;

  private constructor(
    engine: Engine,
    options: Options,
    rater: Rater,
    wideOptions: Options | null,
    training: TrainingSummary,
    validation: PredictedReviews | null = null,
  ) {
    this.engine = engine;
    this.options = options;
    this.rater = rater;
    this.wideOptions = wideOptions;
    this.vectorizer = rater.main.vectorizer;
    this.levels = rater.main.head.levels;
    this.training = training;
    this.validation = validation;
  }

  /**
   * Trains on reviews: pre-trains on all of them, then learns from the rated ones.
   * @throws StarlingError NOT_ENOUGH_DATA, BAD_OPTION, DIVERGED, BAD_CHECKPOINT, INTERRUPTED, or what reading the reviews throws
   */
  static async train(reviews: ReviewSource, settings: TrainSettings = {}): Promise<SentimentModel> {
    const started = performance.now();
    const asked = resolveOptions(settings.options);
    const transfer = await readTransfer(asked);
    const corpus = await gatherReviews(reviews, asked, settings.unlabelled);
    const engine = await openEngine(asked.threads, asked.engine);
    const stream = RandomStream.fromSeed(asked.seed);
    const checkpoint =
      settings.checkpoint &&
      (await openCheckpoint(
        settings.checkpoint,
        identityOf('train', asked, engine.name, corpus, { ...settings, transfer }),
      ));
    const rows = Int32Array.from({ length: corpus.tokens.length }, (_, row) => row);
    const pretrained =
      settings.encoders ??
      (await learnEncoders(
        engine,
        corpus,
        rows,
        asked,
        stream.split('pretraining'),
        settings.onProgress,
        checkpoint?.part('pretraining'),
      ));
    const { encoders, options, taken } = takeOver(pretrained, asked, transfer, settings.onProgress);
    const fitted = await fitModel(
      engine,
      corpus,
      corpus.rated,
      corpus.unrated,
      encoders,
      options,
      stream.split('finetuning'),
      settings.levels,
      settings.onProgress,
      checkpoint?.part('finetuning'),
    );
    const { head, record, validationRows, wide } = fitted;
    const x = encoders.vectorizer.transformCorpus(corpus.tokens, corpus.rated);
    const { sparsity } = predictOnce(engine, fitted.network, head, PREDICTION_BATCH, x);
    const training: TrainingSummary = {
      rated: corpus.rated.length,
      unrated: corpus.unrated.length,
      terms: encoders.vectorizer.vocabulary.terms.length,
      validationRmse: fitted.validationRmse,
      bestEpoch: record.bestEpoch,
      sparsity,
      history: record.history,
      wide: wide && {
        share: wide.share,
        terms: wide.vectorizer.vocabulary.terms.length,
        validationRmse: wide.record.validationRmse,
        networkRmse: record.validationRmse,
      },
      transfer: taken,
      seconds: (performance.now() - started) / 1000,
    };
    const validation =
      settings.keepPredictions && validationRows.length > 0
        ? predictedReviews(corpus, validationRows, fitted.validated, head.levels)
        : null;
    const known = withEpochs(options, encoders.summary);
    const rater = new Rater(engine, fitted, wide, PREDICTION_BATCH);
    return new SentimentModel(engine, known, rater, wide?.options ?? null, training, validation);
  }

  /**
   * Loads a model folder; everything that is read is checked.
   * @param engine what computes, whatever trained it
   * @throws StarlingError NO_SUCH_FILE, BAD_MODEL; BAD_OPTION for an engine that is none, or cannot run here
   */
  static async load(dir: string, engine: Options['engine'] = 'auto'): Promise<SentimentModel> {
    checkOption('engine', engine, 'load');
    const folder = await readModelFolder(dir, 'model');
    const parts = modelParts(folder, dir);
    const training = folder.config.training as TrainingSummary;
    return SentimentModel.assemble(parts, training, await openEngine(1, engine));
  }

  /**
   * A model from what `toData` gave. Nothing is checked.
   * @param engine what computes: `openEngine(1, data.engine)`, which a model of TensorFlow.js needs
   */
  static fromData(
    data: ModelData,
    engine: Engine = createEngine(1, data.engine as EngineKind),
  ): SentimentModel {
    const { options, head, layers, wide } = data;
    const parts = {
      options,
      head,
      layers,
      vectorizer: Vectorizer.fromJSON(options, data.vocabulary),
      wide: wide ? { ...wide, head, vectorizer: Vectorizer.fromJSON(wide.options, wide.vocabulary) } : null,
    };
    return SentimentModel.assemble(parts, data.training, engine);
  }

  /** The model as plain data; the weights are a copy, in memory that all threads share. */
  toData(): ModelData {
    const { options, training, engine, wideOptions, rater } = this;
    const { main, wide } = rater;
    return {
      options,
      head: main.head,
      training,
      vocabulary: main.vectorizer.toJSON(),
      layers: layersOf(main).map(shareLayer),
      wide: wide && {
        share: wide.share,
        options: wideOptions!,
        vocabulary: wide.vectorizer.toJSON(),
        layers: layersOf(wide).map(shareLayer),
      },
      engine: engine.name,
    };
  }

  private static assemble(parts: ModelParts, training: TrainingSummary, engine: Engine): SentimentModel {
    const rater = placeModel(parts, engine, PREDICTION_BATCH);
    return new SentimentModel(engine, parts.options, rater, parts.wide?.options ?? null, training);
  }

  /**
   * Writes the model folder atomically: config.json, vocabulary.json, model.safetensors, README.md (the card).
   * @param inBytes the first weights in a byte each: a quarter of the size; ratings differ by some thousandths of a star
   */
  async save(dir: string, { inBytes = false }: { readonly inBytes?: boolean } = {}): Promise<void> {
    const { options, training, levels, wideOptions } = this;
    const { main, wide } = this.rater;
    const { head, vectorizer } = main;
    await writeModelFolder(dir, {
      kind: 'model',
      config: {
        version: VERSION,
        options,
        head,
        ...(wide ? { wide: { share: wide.share, options: wideOptions } } : {}),
        training,
      },
      vocabulary: { ...vectorizer.toJSON(), ...(wide ? { wide: wide.vectorizer.toJSON() } : {}) },
      tensors: [
        ...layerTensors('layers', layersOf(main)),
        ...(wide ? layerTensors('wide', layersOf(wide)) : []),
      ].map((tensor, i) => ({ ...tensor, inBytes: inBytes && i === 0 })),
      card: modelCard({ options, levels, training, version: VERSION }),
    });
  }

  /** A copy of the network's weights: the hidden layers, then the head. */
  layerData(): LayerData[] {
    return layersOf(this.rater.main);
  }

  /** Rates one text. */
  predict(text: string): Prediction {
    return this.predictMany([text])[0];
  }

  /** Rates texts, in order. */
  predictMany(texts: readonly string[]): Prediction[] {
    return asPredictions(this.rateTexts(texts), this.levels.length);
  }

  /** What `predictMany` gives, in arrays. */
  rateTexts(texts: readonly string[]): RatedTexts {
    return this.rater.rate(texts);
  }

  /** Says what made the rating of a text: see `Explainer`. The rating is that of `predict` within 1e-5. */
  explain(text: string, settings?: ExplainSettings): Explanation {
    return this.rater.explain(text, settings);
  }

  /** Says what the model knows: its strongest terms, what its hidden units listen to, terms that are near others. */
  inspect(settings: InspectSettings = {}): Promise<ModelInspection> {
    const sparsity = this.training.sparsity.hidden;
    return inspectModel({ ...this.rater.insides(), sparsity }, settings);
  }

  /**
   * Measures the model on rated reviews; unrated ones are passed over.
   * @throws StarlingError NOT_ENOUGH_DATA when none is rated
   */
  async evaluate(reviews: ReviewSource): Promise<EvaluationResult> {
    const predicted: number[] = [];
    const actual: number[] = [];
    const parts: { size: number; sparsity: Sparsity }[] = [];
    let chunk: Review[] = [];
    const rateChunk = (): void => {
      if (chunk.length === 0) return;
      const { ratings, sparsity } = this.rater.rate(chunk.map(({ text }) => text));
      predicted.push(...ratings);
      actual.push(...chunk.map(({ rating }) => rating!));
      parts.push({ size: chunk.length, sparsity });
      chunk = [];
    };
    for await (const review of reviews) {
      if (review.rating === null) continue;
      chunk.push(review);
      if (chunk.length === EVALUATION_CHUNK) rateChunk();
    }
    rateChunk();
    if (actual.length === 0) {
      throw new StarlingError(
        'NOT_ENOUGH_DATA',
        'no review is rated, so there is nothing to compare with',
        'Name the rating column with --rating.',
      );
    }
    const average = (value: (sparsity: Sparsity) => number): number =>
      parts.reduce((sum, part) => sum + part.size * value(part.sparsity), 0) / actual.length;
    return {
      rmse: rootMeanSquaredError(predicted, actual),
      mae: meanAbsoluteError(predicted, actual),
      n: actual.length,
      sparsity: {
        input: average(({ input }) => input),
        hidden: this.rater.main.network.layers.map((_, i) => average(({ hidden }) => hidden[i])),
      },
    };
  }

  /** Ends the engine's workers, if it has any. */
  close(): void {
    this.engine.close();
  }
}

function layersOf({ network }: Member): LayerData[] {
  return [...network.layers, network.head].map(exportLayer);
}
