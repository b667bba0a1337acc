/**
 * The wide path: a linear model on many runs of words, each weighted by what its log-count ratio says of the rating
 * (term-weights.ts), beside the network and trained on the same rated reviews. It knows what is said too rarely for an
 * encoder; the network knows what words have in common. Their ratings are averaged, with weights that the validation part
 * picks. Not how a linear model is trained: it is a network without a hidden layer.
 */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Engine } from '../kernels/engine.ts';
import { rootMeanSquaredError } from '../metrics.ts';
import { blendPredictions, type NetworkPredictions, predictOnce } from '../network/predict.ts';
import type { Options } from '../options.ts';
import type { EncoderData } from '../pretraining/encoders.ts';
import type { OnProgress } from '../progress.ts';
import type { RandomStream } from '../random.ts';
import type { ReviewCorpus } from '../text/review-corpus.ts';
import { Vectorizer } from '../text/vectorizer.ts';
import { type Fitted, fitNetwork, joined, type Unrated } from './fit.ts';
import { MANY_RATED } from './refit.ts';
import { canTeach, isWorse, type Lessons, lessonRows, lessonsOf } from './self-training.ts';
import { termWeights } from './term-weights.ts';
import { PREDICTION_BATCH } from './train.ts';

/** A network, what it reads, and the linear model beside it, if there is one. In the engine's arena. */
export interface FittedModel extends Fitted {
  readonly vectorizer: Vectorizer;
  readonly wide: FittedWide | null;
  /** RMSE of the whole on the validation part; null without one. */
  readonly validationRmse: number | null;
}

export interface FittedWide extends Fitted {
  readonly vectorizer: Vectorizer;
  readonly options: Options;
  /** Of the rating, 0 to 1; the network has the rest. */
  readonly share: number;
}

/**
 * The share that is guessed without looking, for very many rated reviews; the number of them at which it is half of that
 * (the network has unrated reviews to learn from, the linear model has not); and how many reviews of the validation part
 * weigh as much as the guess. (On held-out reviews of six sets the best share was 0 to 0.6 with 250 rated ones, 0.1 to 0.6 with
 * 1,000, and 0.55 to 0.8 with more than 5,000.)
 */
const MOST_GUESSED = 0.7;
const HALF_AT = 800;
const GUESS_REVIEWS = 200;
/** The guess for a linear model that has learned from unrated reviews, too. */
const TAUGHT_SHARE = 0.65;
/** Below it the linear model is not worth its place. */
const LEAST_SHARE = 0.01;

/** With many rated reviews the validation part may pick the second. */
const MOST_EPOCHS = 2;

/**
 * Rated reviews, and words of one in the mean, from which runs of three words are worth reading: on held-out reviews of IMDB (238
 * words) they were, with 4,000 as with 20,000 rated ones; with fewer (the movie scale) or shorter reviews as often as not.
 */
const RATED_FOR_RUNS = 4000;
const WORDS_FOR_RUNS = 150;
const LONG_RUNS = 3;

/** The share to begin with, for a number of rated reviews. */
export function guessedShare(rated: number): number {
  return (MOST_GUESSED * rated) / (rated + HALF_AT);
}

/** Whether the options ask for a wide path: a network without hidden layers is one itself. */
export function hasWide({ wide, hidden }: Options): boolean {
  return wide && hidden.length > 0;
}

/** The options of the linear model. */
export function wideOptions(options: Options): Options {
  return {
    ...options,
    ngrams: Math.max(2, options.ngrams),
    vocabularySize: options.wideVocabularySize,
    // Weights of its own stand in the vocabulary.
    weighting: 'binary',
    hidden: [],
    wide: false,
    pretrain: false,
    dropout: 0,
    wordDropout: 0,
    l1: 0,
    weightDecay: 0,
    optimizer: 'adam',
    learningRate: 0.06,
    // Mostly a little better than once, on five sets; the network, where it was tried, was not.
    ratingError: Math.min(1000, 2 * options.ratingError),
    // Of 64 minibatches and more. The first was the best, or nearly the best, on six sets, up to some thousand rated reviews.
    epochs: 1,
  };
}

/** Whether the rows have so many words in the mean that runs of them are worth reading. */
function areLong({ tokens }: ReviewCorpus, rows: Int32Array): boolean {
  const words = rows.reduce((sum, row) => sum + tokens.tokens(row).length, 0);
  return words >= WORDS_FOR_RUNS * rows.length;
}

const RUNS_RULE = `the linear model beside the network reads runs of ${LONG_RUNS} words, too, since there are ${RATED_FOR_RUNS.toLocaleString('en-US')} rated reviews or more, of ${WORDS_FOR_RUNS} words or more in the mean`;

function lessonRule({ rows }: Lessons): string {
  return `the linear model beside the network learns again, from ${rows.length.toLocaleString('en-US')} unrated reviews, too, as both together rate them, since they are many ("selfTraining" to choose)`;
}

/**
 * Trains the network, and the linear model beside it.
 * @param rows rated ones to learn from @param unrated rows for self-training: none that stand in a test
 * @throws StarlingError as `fitNetwork`
 */
export async function fitModel(
  engine: Engine,
  corpus: ReviewCorpus,
  rows: Int32Array,
  unrated: Int32Array,
  encoders: EncoderData,
  options: Options,
  stream: RandomStream,
  levels?: readonly number[],
  onProgress?: OnProgress,
  checkpoint?: Checkpoint,
): Promise<FittedModel> {
  const { vectorizer } = encoders;
  const toRate = hasWide(options) && options.selfTraining ? lessonRows(unrated, rows.length) : null;
  const ask: Unrated = toRate ? { toRate } : {};
  const fitted = await fitNetwork(
    engine,
    corpus,
    rows,
    encoders,
    options,
    stream,
    levels,
    onProgress,
    checkpoint,
    ask,
  );
  const alone = { ...fitted, vectorizer, wide: null, validationRmse: fitted.record.validationRmse };
  if (!hasWide(options)) return alone;
  const actual = Float64Array.from(fitted.validationRows, (row) => corpus.ratings[row]);
  const few = wideOptions(options);
  const longRuns = rows.length >= RATED_FOR_RUNS && few.ngrams < LONG_RUNS && areLong(corpus, rows);
  if (longRuns) onProgress?.({ phase: 'finetune', fraction: 0, epochEnd: false, rule: RUNS_RULE });
  const own = {
    ...few,
    epochs: rows.length >= MANY_RATED ? MOST_EPOCHS : few.epochs,
    ngrams: longRuns ? LONG_RUNS : few.ngrams,
  };
  // Its rules are those of the network, which have been said.
  const progress: OnProgress | undefined =
    onProgress && (({ rule: _rule, ...rest }) => onProgress({ ...rest, phase: 'wide' }));
  const linearModel = async (part: string, others: Unrated): Promise<Linear | null> => {
    const terms = weightedTerms(corpus, rows, fitted, others.lessons, own);
    if (terms.vocabulary.terms.length === 0) return null;
    const linear = await fitNetwork(
      engine,
      corpus,
      rows,
      { ...encoders, vectorizer: terms, layers: [] },
      own,
      // The same for both, so that the validation part is the same: what was learned from must not pick the share.
      stream,
      levels,
      progress,
      checkpoint?.part(part),
      others,
    );
    return { ...linear, vectorizer: terms, options: own };
  };
  const withLinear = (linear: Linear, guess: number): FittedModel => {
    const share = shareOf(fitted.validated.ratings, linear.validated.ratings, actual, guess);
    if (share < LEAST_SHARE) return alone;
    const validated = blendPredictions(fitted.validated, linear.validated, share);
    const validationRmse = actual.length > 0 ? rootMeanSquaredError(validated.ratings, actual) : null;
    return { ...fitted, validated, vectorizer, wide: { ...linear, share }, validationRmse };
  };
  const linear = await linearModel('wide', ask);
  if (!linear) return alone;
  const model = withLinear(linear, guessedShare(rows.length));
  const lessons = lessonsOf(fitted, linear, model.wide?.share ?? 0);
  if (!lessons || !canTeach(model.validated, actual)) return model;
  onProgress?.({ phase: 'finetune', fraction: 0, epochEnd: false, rule: lessonRule(lessons) });
  const taught = withLinear((await linearModel('taught', { lessons }))!, TAUGHT_SHARE);
  // Taught, but without a share, it would leave the network alone, and lose what the untaught one adds.
  return taught.wide && !isWorse(taught.validated, model.validated, actual) ? taught : model;
}

type Linear = Omit<FittedWide, 'share'>;

/** What the linear model reads: terms of the rows and of the lessons, weighted by all ratings but those set aside. */
function weightedTerms(
  corpus: ReviewCorpus,
  rows: Int32Array,
  { head, validationRows }: Fitted,
  lessons: Lessons | undefined,
  options: Options,
): Vectorizer {
  const unrated = lessons?.rows ?? new Int32Array(0);
  const aside = new Set(validationRows);
  const learned = rows.filter((row) => !aside.has(row));
  const terms = Vectorizer.fit(corpus.tokens, joined(rows, unrated), options);
  const ratings = Float64Array.from(learned, (row) => corpus.ratings[row]);
  const weights = termWeights(
    terms.transformCorpus(corpus.tokens, joined(learned, unrated)),
    lessons ? joined(ratings, lessons.first) : ratings,
    [head.levels[0], head.levels[head.levels.length - 1]],
  );
  return terms.withWeights(weights);
}

/**
 * The share s of b for which a + s (b - a) has the least squared error, with GUESS_REVIEWS reviews added that say
 * `guess`: few reviews do not decide alone. 0 to 1.
 */
export function shareOf(a: Float64Array, b: Float64Array, actual: Float64Array, guess: number): number {
  let across = 0;
  let along = 0;
  for (let i = 0; i < actual.length; i++) {
    across += (b[i] - a[i]) * (actual[i] - a[i]);
    along += (b[i] - a[i]) ** 2;
  }
  if (along === 0) return guess;
  const prior = (GUESS_REVIEWS * along) / actual.length;
  return Math.min(1, Math.max(0, (across + prior * guess) / (along + prior)));
}

/** What a fitted model gives some rows of its corpus. The sparsity is the network's. */
export function predictFitted(
  engine: Engine,
  model: FittedModel,
  corpus: ReviewCorpus,
  rows: Int32Array,
): NetworkPredictions {
  const { wide } = model;
  const own = rate(engine, model, corpus, rows);
  return wide ? blendPredictions(own, rate(engine, wide, corpus, rows), wide.share) : own;
}

function rate(
  engine: Engine,
  { network, head, vectorizer }: Fitted & { readonly vectorizer: Vectorizer },
  corpus: ReviewCorpus,
  rows: Int32Array,
): NetworkPredictions {
  const x = vectorizer.transformCorpus(corpus.tokens, rows);
  return predictOnce(engine, network, head, PREDICTION_BATCH, x);
}
