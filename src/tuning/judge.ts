/**
 * How a trial is judged: a part of the rated reviews is set aside, the same for all trials, of which neither vocabulary,
 * pre-training nor fine-tuning see the text or the ratings; the RMSE there is what a search compares.
 */
import { stratifiedSplit } from '../corpus/folds.ts';
import { StarlingError } from '../errors.ts';
import { fitHeldOut } from '../evaluation/held-out.ts';
import type { Engine } from '../kernels/engine.ts';
import { rootMeanSquaredError } from '../metrics.ts';
import type { Options } from '../options.ts';
import type { EncoderData } from '../pretraining/encoders.ts';
import type { OnProgress } from '../progress.ts';
import { RandomStream } from '../random.ts';
import type { ReviewCorpus } from '../text/review-corpus.ts';
import type { Trial } from './trial.ts';

/** Part of the rated reviews that judges: more of few, so that it says something. */
const JUDGING = 0.2;
const JUDGING_OF_FEW = 1 / 3;
const FEW = 1500;
/** More judges would not judge better, only longer. */
const MOST_JUDGING = 10_000;

export interface Search {
  /** Rated rows to learn from, in a random order: a trial on fewer takes the first. */
  readonly train: Int32Array;
  /** Rated rows that judge. */
  readonly judges: Int32Array;
  /** Unrated rows: no copy of a judging text. */
  readonly unrated: Int32Array;
  /** All rows that vocabulary and pre-training may see. */
  readonly seen: Int32Array;
}

/**
 * The same for all trials. Copies of a judging text are on its side, or left out.
 * @throws StarlingError NOT_ENOUGH_DATA for fewer than 20 rated reviews
 */
export function planSearch(corpus: ReviewCorpus, options: Options): Search {
  const { rated, tokens } = corpus;
  if (rated.length < 20) {
    throw new StarlingError(
      'NOT_ENOUGH_DATA',
      `${rated.length} rated reviews are too few to search with`,
      'Give at least 20; some hundreds are sensible. Name the rating column with --rating.',
    );
  }
  const ratings = Float64Array.from(rated, (row) => corpus.ratings[row]);
  const groups = Float64Array.from(rated, (row) => tokens.fingerprint(row));
  const share = rated.length < FEW ? JUDGING_OF_FEW : Math.min(JUDGING, MOST_JUDGING / rated.length);
  const stream = RandomStream.fromSeed(options.seed).split('tuning');
  const part = stratifiedSplit(ratings, groups, share, stream.split('judges'));
  const judges = rated.filter((_, i) => part[i] === 1);
  const learned = rated.filter((_, i) => part[i] === 0);
  const order = stream.split('halving').permutation(learned.length);
  const texts = new Set(Array.from(judges, (row) => tokens.fingerprint(row)));
  const unrated = corpus.unrated.filter((row) => !texts.has(tokens.fingerprint(row)));
  return {
    train: Int32Array.from(order, (i) => learned[i]),
    judges,
    unrated,
    seen: Int32Array.from([...learned, ...unrated]),
  };
}

/** What a trial is compared by. */
export interface Judgement extends Pick<Trial, 'rmse' | 'standardError' | 'bestEpoch'> {
  /** Squared error of each review that judges. */
  readonly squares: Float32Array;
}

/**
 * Fine-tunes on the first `reviews` of the rated reviews to learn from, and judges.
 * @returns null when the training diverged
 */
export async function judge(
  engine: Engine,
  corpus: ReviewCorpus,
  { train, judges, unrated }: Search,
  reviews: number,
  encoders: EncoderData,
  options: Options,
  levels?: readonly number[],
  onProgress?: OnProgress,
): Promise<Judgement | null> {
  const stream = RandomStream.fromSeed(options.seed).split('finetuning');
  const rows = train.slice(0, reviews).sort();
  const what = { corpus, encoders, options, train: rows, test: judges, unrated, stream, levels };
  const fit = await orDiverged(() => fitHeldOut(engine, what, onProgress));
  if (!fit) return null;
  const actual = Float64Array.from(judges, (row) => corpus.ratings[row]);
  const rmse = rootMeanSquaredError(fit.ratings, actual);
  // Of the mean squared error, carried over to its root (delta method).
  const squares = fit.ratings.map((rating, i) => (rating - actual[i]) ** 2);
  const variance = squares.reduce((sum, square) => sum + (square - rmse ** 2) ** 2, 0) / squares.length;
  const standardError = rmse > 0 ? Math.sqrt(variance / squares.length) / (2 * rmse) : 0;
  return { rmse, standardError, bestEpoch: fit.bestEpoch, squares: Float32Array.from(squares) };
}

/** Null when what was tried diverged: that is a result of a search, and no end of it. */
export async function orDiverged<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StarlingError && error.code === 'DIVERGED') return null;
    throw error;
  }
}
