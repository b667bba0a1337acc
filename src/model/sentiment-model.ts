/** The model that people use: train it on reviews, save it, load it, let it rate. */
import { identityOf } from '../checkpoint/identity.ts';
import { type CheckpointSettings, openCheckpoint } from '../checkpoint/store.ts';
import type { Review } from '../corpus/review.ts';
import { StarlingError } from '../errors.ts';
import { meanAbsoluteError, rootMeanSquaredError } from '../evaluation/metrics.ts';
import { predictedReviews } from '../evaluation/predicted-reviews.ts';
import type { EvaluationResult, PredictedReviews, Sparsity } from '../evaluation/results.ts';
import { Explainer } from '../explanation/explainer.ts';
import type { ExplainSettings, Explanation } from '../explanation/explanation.ts';
import { inspectModel } from '../explanation/inspect-model.ts';
import type { InspectSettings, ModelInspection } from '../explanation/knowledge.ts';
import { fitNetwork } from '../finetuning/fit.ts';
import { type EpochRecord, PREDICTION_BATCH } from '../finetuning/train.ts';
import type { Engine } from '../kernels/engine.ts';
import { createEngine, type EngineKind } from '../kernels/node-engine.ts';
import { Workspace } from '../network/forward.ts';
import type { Head } from '../network/heads.ts';
import { exportLayer, type LayerData, type Network, shareLayer } from '../network/network.ts';
import { type NetworkPredictions, predictRows } from '../network/predict.ts';
import { type Options, resolveOptions } from '../options.ts';
import { type EncoderData, learnEncoders } from '../pretraining/encoders.ts';
import { withEpochs } from '../pretraining/epochs.ts';
import type { OnProgress } from '../progress.ts';
import { RandomStream } from '../random.ts';
import { gatherReviews, type ReviewSource } from '../text/review-corpus.ts';
import { Vectorizer } from '../text/vectorizer.ts';
import { openEngine } from '../tfjs/node-engine.ts';
import { VERSION } from '../version.ts';
import { modelCard } from './card.ts';
import { readModelFolder, writeModelFolder } from './folder.ts';
import { type ModelParts, modelParts, placeNetwork } from './parts.ts';
import { asPredictions, type Prediction, type RatedTexts, rateMatrix } from './prediction.ts';
import { layerTensors } from './tensors.ts';

/** What is known of the training. */
export interface TrainingSummary {
  readonly rated: number;
  readonly unrated: number;
  readonly terms: number;
  /** RMSE on the validation part at the best epoch; null without one. */
  readonly validationRmse: number | null;
  readonly bestEpoch: number;
  readonly sparsity: Sparsity;
  readonly history: readonly EpochRecord[];
  readonly seconds: number;
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
   * The reviews that picked the best epoch, as the trained model rates them. Null without such a part, unless
   * `keepPredictions` asked for it, and after loading.
   */
  readonly validation: PredictedReviews | null;
  private readonly engine: Engine;
  private readonly network: Network;
  private readonly head: Head;
  private readonly space: Workspace;
  private explainer: Explainer | undefined;

  private constructor(
    engine: Engine,
    options: Options,
    vectorizer: Vectorizer,
    network: Network,
    head: Head,
    training: TrainingSummary,
    validation: PredictedReviews | null = null,
  ) {
    this.engine = engine;
    this.options = options;
    this.vectorizer = vectorizer;
    this.network = network;
    this.head = head;
    this.levels = head.levels;
    this.training = training;
    this.validation = validation;
    this.space = new Workspace(engine, network, PREDICTION_BATCH);
  }

  /**
   * Trains on reviews: pre-trains on all of them, then learns from the rated ones.
   * @throws StarlingError NOT_ENOUGH_DATA, BAD_OPTION, DIVERGED, BAD_CHECKPOINT, INTERRUPTED, or what reading the reviews throws
   */
  static async train(reviews: ReviewSource, settings: TrainSettings = {}): Promise<SentimentModel> {
    const started = performance.now();
    const options = resolveOptions(settings.options);
    const corpus = await gatherReviews(reviews, options, settings.unlabelled);
    const engine = await openEngine(options.threads, options.engine);
    const stream = RandomStream.fromSeed(options.seed);
    const checkpoint =
      settings.checkpoint &&
      (await openCheckpoint(
        settings.checkpoint,
        identityOf('train', options, engine.name, corpus, settings),
      ));
    const rows = Int32Array.from({ length: corpus.tokens.length }, (_, row) => row);
    const encoders =
      settings.encoders ??
      (await learnEncoders(
        engine,
        corpus,
        rows,
        options,
        stream.split('pretraining'),
        settings.onProgress,
        checkpoint?.part('pretraining'),
      ));
    const { network, head, record, validationRows } = await fitNetwork(
      engine,
      corpus,
      corpus.rated,
      encoders,
      options,
      stream.split('finetuning'),
      settings.levels,
      settings.onProgress,
      checkpoint?.part('finetuning'),
    );
    const { vectorizer } = encoders;
    const space = new Workspace(engine, network, PREDICTION_BATCH);
    const rated = predictRows(
      engine,
      network,
      head,
      space,
      vectorizer.transformCorpus(corpus.tokens, corpus.rated),
    );
    const training: TrainingSummary = {
      rated: corpus.rated.length,
      unrated: corpus.unrated.length,
      terms: vectorizer.vocabulary.terms.length,
      validationRmse: record.validationRmse,
      bestEpoch: record.bestEpoch,
      sparsity: rated.sparsity,
      history: record.history,
      seconds: (performance.now() - started) / 1000,
    };
    const validation =
      settings.keepPredictions && validationRows.length > 0
        ? predictedReviews(corpus, validationRows, rated, head.levels)
        : null;
    const known = withEpochs(options, encoders.summary);
    return new SentimentModel(engine, known, vectorizer, network, head, training, validation);
  }

  /**
   * Loads a model folder; everything that is read is checked.
   * @param engine what computes, whatever trained it
   * @throws StarlingError NO_SUCH_FILE, BAD_MODEL; BAD_OPTION for an engine that cannot run here
   */
  static async load(dir: string, engine: Options['engine'] = 'auto'): Promise<SentimentModel> {
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
    const vectorizer = Vectorizer.fromJSON(data.options, data.vocabulary);
    return SentimentModel.assemble({ ...data, vectorizer }, data.training, engine);
  }

  /** The model as plain data; the weights are a copy, in memory that all threads share. */
  toData(): ModelData {
    const { options, head, training, vectorizer, engine } = this;
    return {
      options,
      head,
      training,
      vocabulary: vectorizer.toJSON(),
      layers: this.layerData().map(shareLayer),
      engine: engine.name,
    };
  }

  private static assemble(parts: ModelParts, training: TrainingSummary, engine: Engine): SentimentModel {
    const { options, head, vectorizer } = parts;
    const network = placeNetwork(parts, engine.arena);
    return new SentimentModel(engine, options, vectorizer, network, head, training);
  }

  /** Writes the model folder atomically: config.json, vocabulary.json, model.safetensors, README.md (the card). */
  async save(dir: string): Promise<void> {
    const { options, head, training } = this;
    await writeModelFolder(dir, {
      kind: 'model',
      config: { version: VERSION, options, head, training },
      vocabulary: this.vectorizer.toJSON(),
      tensors: layerTensors('layers', this.layerData()),
      card: modelCard({ options, levels: this.levels, training, version: VERSION }),
    });
  }

  /** A copy of the weights: the hidden layers, then the head. */
  layerData(): LayerData[] {
    return [...this.network.layers, this.network.head].map(exportLayer);
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
    const { engine, network, head, space, vectorizer } = this;
    return rateMatrix(engine, network, head, space, vectorizer.transform(texts));
  }

  /** Says what made the rating of a text: see `Explainer`. The rating is that of `predict` within 1e-5. */
  explain(text: string, settings?: ExplainSettings): Explanation {
    this.explainer ??= new Explainer(this.vectorizer, this.network, this.head);
    return this.explainer.explain(text, settings);
  }

  /** Says what the model knows: its strongest terms, what its hidden units listen to, terms that are near others. */
  inspect(settings: InspectSettings = {}): Promise<ModelInspection> {
    const { engine, network, head, space, vectorizer, training } = this;
    const sparsity = training.sparsity.hidden;
    return inspectModel({ engine, network, head, space, vectorizer, sparsity }, settings);
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
      const x = this.vectorizer.transform(chunk.map(({ text }) => text));
      const result: NetworkPredictions = predictRows(this.engine, this.network, this.head, this.space, x);
      predicted.push(...result.ratings);
      actual.push(...chunk.map(({ rating }) => rating!));
      parts.push({ size: chunk.length, sparsity: result.sparsity });
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
        hidden: this.network.layers.map((_, i) => average(({ hidden }) => hidden[i])),
      },
    };
  }

  /** Ends the engine's workers, if it has any. */
  close(): void {
    this.engine.close();
  }
}
