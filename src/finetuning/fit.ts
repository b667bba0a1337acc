/** From rated reviews and (pre-trained) encoders to a network that rates: scale, targets, validation part, training. */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { stratifiedSplit } from '../corpus/folds.ts';
import { learnScale, type RatingScale, spreadOverLevels } from '../corpus/scale.ts';
import { StarlingError } from '../errors.ts';
import type { Engine } from '../kernels/engine.ts';
import { type Head, headOutputs, type RatingTarget } from '../network/heads.ts';
import { createNetwork, importLayer, type Network } from '../network/network.ts';
import { type NetworkPredictions, predictOnce } from '../network/predict.ts';
import type { Options } from '../options.ts';
import type { EncoderData } from '../pretraining/encoders.ts';
import type { OnProgress } from '../progress.ts';
import type { RandomStream } from '../random.ts';
import type { ReviewCorpus } from '../text/review-corpus.ts';
import { MANY_RATED, refitEpochs } from './refit.ts';
import type { Lessons } from './self-training.ts';
import { PREDICTION_BATCH, type TrainingRecord, trainNetwork } from './train.ts';
import { beginHead, isMirrored } from './transfer.ts';

export interface Fitted {
  /** In the engine's arena, allocated at the place of the call. */
  readonly network: Network;
  readonly head: Head;
  readonly record: TrainingRecord;
  /** Rows of the corpus that picked the best epoch. */
  readonly validationRows: Int32Array;
  /** What a network that had not learned from them made of the validation rows. */
  readonly validated: NetworkPredictions;
  /** Epochs of a second training on all rows, whose network this is; null when there was none. */
  readonly refitEpochs: number | null;
  /** Ratings of `toRate`; null without it. */
  readonly lessons: Lessons | null;
}

/** Unrated rows of the corpus, for self-training. */
export interface Unrated {
  /** To be rated by the network. */
  readonly toRate?: Int32Array;
  /** To learn from, beside the rated ones. */
  readonly lessons?: Lessons;
}

/**
 * Trains a network on the given rated rows of a corpus.
 * @param encoders vocabulary, and layers to begin with; random ones where it has none
 * @param unrated see self-training.ts
 * @throws StarlingError NOT_ENOUGH_DATA without rated rows or without terms; DIVERGED
 */
export async function fitNetwork(
  engine: Engine,
  corpus: ReviewCorpus,
  rows: Int32Array,
  encoders: EncoderData,
  options: Options,
  stream: RandomStream,
  levels?: readonly number[],
  onProgress?: OnProgress,
  checkpoint?: Checkpoint,
  { toRate, lessons }: Unrated = {},
): Promise<Fitted> {
  if (rows.length === 0) {
    throw new StarlingError(
      'NOT_ENOUGH_DATA',
      'there is no rated review to learn from',
      'Name the rating column with --rating.',
    );
  }
  const { vectorizer, layers } = encoders;
  const terms = vectorizer.vocabulary.terms.length;
  if (terms === 0) {
    throw new StarlingError(
      'NOT_ENOUGH_DATA',
      `no term occurs in at least ${options.minDocumentFrequency} reviews`,
      'Use a smaller minDocumentFrequency, or more reviews.',
    );
  }
  const ratings = Float64Array.from(rows, (row) => corpus.ratings[row]);
  const scale = learnScale(ratings, levels);
  const head = headFor(options, scale, ratings);
  const shape = { ...options, inputs: terms, outputs: headOutputs(head) };
  checkFit(options, terms, layers);
  const groups = Float64Array.from(rows, (row) => corpus.tokens.fingerprint(row));
  const part = stratifiedSplit(
    ratings,
    groups,
    rows.length >= 10 ? options.validation : 0,
    stream.split('validation'),
  );
  const all = Int32Array.from(rows, (_, i) => i);
  const learned = all.filter((i) => part[i] === 0);
  const validationRows = all.filter((i) => part[i] === 1);
  const taught = Int32Array.from(lessons?.rows ?? [], (_, i) => rows.length + i);
  const courseOf = (own: Int32Array): Course => {
    const course = paced(own, options.batchSize);
    if (!lessons) return course;
    const trainRows = joined(course.trainRows, taught);
    const size = Math.floor(trainRows.length / LEAST_MINIBATCHES);
    return { trainRows, batchSize: Math.min(options.batchSize, size) };
  };
  const { trainRows, batchSize } = courseOf(learned);
  for (const rule of paceRules(options, learned.length, all.length, trainRows.length, batchSize)) {
    onProgress?.({ phase: 'finetune', fraction: 0, epochEnd: false, rule });
  }
  const x = vectorizer.transformCorpus(corpus.tokens, lessons ? joined(rows, lessons.rows) : rows);
  const dataWith = (given: Float64Array | undefined) => {
    const known = given ? joined(ratings, given) : ratings;
    return { x, ratings: known, targets: targetsOf(head, scale, known) };
  };
  const begin = (): Network => {
    const pretrained =
      options.hidden.length === 0 ? [] : layers.map((layer) => importLayer(engine.arena, layer));
    const begun = createNetwork(engine, shape, stream.split('network'), pretrained);
    const { head: earlier } = encoders;
    if (!earlier || pretrained.length === 0 || head.kind !== 'softmax' || scale.levels.length < 2)
      return begun;
    beginHead(begun.head, earlier, false);
    const asked = learned.subarray(0, PREDICTION_BATCH);
    const rated = predictOnce(engine, begun, head, PREDICTION_BATCH, x, asked).ratings;
    const actual = Float64Array.from(asked, (i) => ratings[i]);
    if (isMirrored(rated, actual)) beginHead(begun.head, earlier, true);
    return begun;
  };
  const mark = engine.arena.mark();
  const network = begin();
  const record = await trainNetwork(
    engine,
    network,
    head,
    { ...dataWith(lessons?.first), trainRows, validationRows },
    { ...options, batchSize },
    stream.split('training'),
    onProgress,
    checkpoint,
  );
  const validated = predictOnce(engine, network, head, PREDICTION_BATCH, x, validationRows);
  const picked = { head, record, validationRows: rows.filter((_, i) => part[i] === 1), validated };
  const xToRate = toRate && vectorizer.transformCorpus(corpus.tokens, toRate);
  const rate = (by: Network): Float64Array | undefined =>
    xToRate && predictOnce(engine, by, head, PREDICTION_BATCH, xToRate).ratings;
  const first = rate(network);
  const lessonsWith = (last: Float64Array | undefined): Lessons | null =>
    toRate && first && last ? { rows: toRate, first, last } : null;
  if (validationRows.length === 0 || rows.length >= MANY_RATED)
    return { ...picked, network, refitEpochs: null, lessons: lessonsWith(first) };

  const epochs = refitEpochs(record.bestEpoch, validationRows.length, options);
  onProgress?.({ phase: 'refit', fraction: 0, epochEnd: false, rule: REFIT_RULE });
  engine.arena.release(mark);
  const again = begin();
  const onAll = courseOf(all);
  await trainNetwork(
    engine,
    again,
    head,
    { ...dataWith(lessons?.last), trainRows: onAll.trainRows, validationRows: new Int32Array(0) },
    { ...options, epochs, batchSize: onAll.batchSize },
    stream.split('refit'),
    onProgress && ((progress) => onProgress({ ...progress, phase: 'refit' })),
    checkpoint?.part('refit'),
  );
  return { ...picked, network: again, refitEpochs: epochs, lessons: lessonsWith(rate(again)) };
}

const REFIT_RULE = `fine-tuning again on all rated reviews, since they are fewer than ${MANY_RATED.toLocaleString('en-US')}, for as many epochs as those set aside and the usual number say`;

/** What an epoch goes over, by rows of the matrix, with repeats. */
interface Course {
  readonly trainRows: Int32Array;
  readonly batchSize: number;
}

export function joined<T extends Int32Array | Float64Array>(first: T, second: T): T {
  const whole = new (first.constructor as new (length: number) => T)(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

/** Minibatches of an epoch, at least: with fewer, patience would end before anything was learned. */
const LEAST_MINIBATCHES = 64;
/** Reviews in a minibatch, at least, where there are few. */
const LEAST_BATCH = 8;

/**
 * With few rated reviews minibatches are smaller, and an epoch goes over the reviews several times. (Measured with 250
 * labels on 8,000 Yelp reviews: RMSE 1.00 instead of 1.20.)
 */
function paced(rows: Int32Array, batchSize: number): Course {
  const size = Math.min(batchSize, Math.max(LEAST_BATCH, Math.floor(rows.length / 16)));
  const passes = Math.max(1, Math.ceil((LEAST_MINIBATCHES * size) / Math.max(1, rows.length)));
  const trainRows = new Int32Array(rows.length * passes);
  for (let pass = 0; pass < passes; pass++) trainRows.set(rows, pass * rows.length);
  return { trainRows, batchSize: size };
}

/** What was chosen by the number of rated reviews, in sentences. */
function paceRules(
  options: Options,
  learned: number,
  rated: number,
  perEpoch: number,
  batchSize: number,
): string[] {
  const count = (n: number): string => n.toLocaleString('en-US');
  const passes = perEpoch / Math.max(1, learned);
  const few = batchSize !== options.batchSize || passes > 1;
  const stop =
    rated > learned
      ? `at most ${count(options.epochs)} epochs, until ${options.patience} are no better on ${count(rated - learned)} reviews set aside ("epochs", "patience", "validation" to choose)`
      : `${count(options.epochs)} epochs, with no review set aside that could end it ("epochs", "validation" to choose${options.validation > 0 ? '; of fewer than 10 rated reviews none is' : ''})`;
  return [
    ...(few
      ? [
          `fine-tuning: minibatches of ${batchSize} and ${passes} ${passes === 1 ? 'pass' : 'passes'} per epoch, since it learns from ${count(learned)} rated reviews (batchSize ${options.batchSize} is for more)`,
        ]
      : []),
    `fine-tuning: ${stop}`,
  ];
}

/** Pre-trained layers must be those that the options describe. */
function checkFit(options: Options, terms: number, layers: EncoderData['layers']): void {
  if (options.hidden.length === 0) return;
  layers.forEach((layer, i) => {
    const inputs = i === 0 ? terms : options.hidden[i - 1];
    if (layer.units !== options.hidden[i] || layer.inputs !== inputs) {
      throw new StarlingError(
        'BAD_OPTION',
        `the encoders' layer ${i + 1} has ${layer.inputs} inputs and ${layer.units} units, the options say ${inputs} and ${options.hidden[i] ?? 'none'}`,
        'Use the options with which the encoders were pre-trained.',
      );
    }
  });
}

function headFor(options: Options, scale: RatingScale, ratings: Float64Array): Head {
  const mean = ratings.reduce((a, b) => a + b, 0) / ratings.length;
  const variance = ratings.reduce((a, b) => a + (b - mean) ** 2, 0) / ratings.length;
  return { kind: options.head, levels: scale.levels, mean, std: Math.sqrt(variance) || 1 };
}

function targetsOf(head: Head, scale: RatingScale, ratings: Float64Array): RatingTarget {
  const targets: RatingTarget = {
    low: new Uint32Array(ratings.length),
    high: new Uint32Array(ratings.length),
    weightHigh: new Float64Array(ratings.length),
    standardised: ratings.map((rating) => (rating - head.mean) / head.std),
  };
  ratings.forEach((rating, i) => {
    const { low, high, weightHigh } = spreadOverLevels(scale, rating);
    targets.low[i] = low;
    targets.high[i] = high;
    targets.weightHigh[i] = weightHigh;
  });
  return targets;
}
