/**
 * What is in some reviews, before anything is trained: counts, ratings, words, repeats, what the vocabulary would keep,
 * and what is likely to go wrong. Numbers only; table.ts writes them for people.
 */
import { shellWord } from '../corpus/columns.ts';
import { quoteValue } from '../corpus/place.ts';
import type { FileReport, ReadReport } from '../corpus/report.ts';
import { learnScale, MOST_DISTINCT_LEVELS } from '../corpus/scale.ts';
import type { ReviewCorpus } from '../text/review-corpus.ts';
import type { TextOptions } from '../text/vectorizer.ts';
import { buildVocabulary } from '../text/vocabulary.ts';

export interface RatingCount {
  readonly rating: number;
  readonly reviews: number;
  /** Of the rated reviews, 0 to 1. */
  readonly share: number;
}

export interface Inspection extends ReadReport {
  /** Null when no review is rated. */
  readonly ratings: {
    readonly mean: number;
    /** Standard deviation: the RMSE of the constant predictor on these reviews. */
    readonly std: number;
    /** Different values. */
    readonly distinct: number;
    /** The scale that training would learn. */
    readonly levels: readonly number[];
    /** By rating; of a continuous scale, by its nearest level. */
    readonly distribution: readonly RatingCount[];
  } | null;
  readonly wordsPerReview: { readonly mean: number; readonly median: number; readonly max: number };
  /** Different words. */
  readonly distinctTerms: number;
  readonly repeatedTexts: {
    /** Reviews whose text stands in an earlier review. */
    readonly reviews: number;
    /** Texts that have more than one rating. */
    readonly conflicting: number;
  };
  readonly vocabulary: {
    /** Terms that the options keep, and how many there are that the options would allow without a limit. */
    readonly kept: number;
    readonly candidates: number;
    /** Share of all words (with repeats) that are a term of their own, 0 to 1. */
    readonly coverage: number;
    /** Reviews that hold the rarest kept term. */
    readonly leastDocumentFrequency: number;
    readonly mostFrequent: readonly { readonly term: string; readonly documentFrequency: number }[];
    /** Reviews without any kept word. */
    readonly emptyReviews: number;
  };
  readonly warnings: readonly string[];
}

/** Terms that are listed. */
const LISTED = 10;

/** @param report of the reading that filled the corpus */
export function inspectCorpus(corpus: ReviewCorpus, report: ReadReport, options: TextOptions): Inspection {
  const facts = {
    ...report,
    ratings: inspectRatings(corpus),
    wordsPerReview: inspectLengths(corpus),
    distinctTerms: corpus.tokens.words.length,
    repeatedTexts: findRepeats(corpus),
    vocabulary: inspectVocabulary(corpus, options),
  };
  return { ...facts, warnings: warnAbout(facts) };
}

function inspectRatings({ ratings, rated }: ReviewCorpus): Inspection['ratings'] {
  if (rated.length === 0) return null;
  const values = Float64Array.from(rated, (row) => ratings[row]);
  const { levels } = learnScale(values);
  const counts = levels.map(() => 0);
  let sum = 0;
  for (const value of values) {
    sum += value;
    counts[nearestLevel(levels, value)]++;
  }
  const mean = sum / values.length;
  const std = Math.sqrt(values.reduce((squares, value) => squares + (value - mean) ** 2, 0) / values.length);
  const distribution = levels.map((rating, i) => ({
    rating,
    reviews: counts[i],
    share: counts[i] / values.length,
  }));
  return { mean, std, distinct: new Set(values).size, levels, distribution };
}

function nearestLevel(levels: readonly number[], value: number): number {
  let best = 0;
  for (let i = 1; i < levels.length; i++) {
    if (Math.abs(levels[i] - value) < Math.abs(levels[best] - value)) best = i;
  }
  return best;
}

function inspectLengths({ tokens }: ReviewCorpus): Inspection['wordsPerReview'] {
  const lengths = Int32Array.from({ length: tokens.length }, (_, row) => tokens.tokens(row).length).sort();
  if (lengths.length === 0) return { mean: 0, median: 0, max: 0 };
  const middle = lengths.length >> 1;
  return {
    mean: lengths.reduce((sum, length) => sum + length, 0) / lengths.length,
    median: lengths.length % 2 === 1 ? lengths[middle] : (lengths[middle - 1] + lengths[middle]) / 2,
    max: lengths[lengths.length - 1],
  };
}

function findRepeats({ tokens, ratings }: ReviewCorpus): Inspection['repeatedTexts'] {
  const ratingOf = new Map<number, number>();
  const conflicting = new Set<number>();
  let reviews = 0;
  for (let row = 0; row < tokens.length; row++) {
    if (tokens.tokens(row).length === 0) continue; // empty texts are counted as such
    const text = tokens.fingerprint(row);
    const before = ratingOf.get(text);
    if (before !== undefined) reviews++;
    const rating = ratings[row];
    if (before === undefined || Number.isNaN(before)) ratingOf.set(text, rating);
    else if (!Number.isNaN(rating) && rating !== before) conflicting.add(text);
  }
  return { reviews, conflicting: conflicting.size };
}

function inspectVocabulary({ tokens }: ReviewCorpus, options: TextOptions): Inspection['vocabulary'] {
  const rows = Int32Array.from({ length: tokens.length }, (_, row) => row);
  // The vocabulary of fewer terms is the beginning of that of more.
  const all = buildVocabulary(tokens, rows, { ...options, vocabularySize: Number.MAX_SAFE_INTEGER });
  const terms = all.terms.slice(0, options.vocabularySize);
  const kept = new Set(terms);
  const isKept = Uint8Array.from(tokens.words, (word) => (kept.has(word) ? 1 : 0));
  let words = 0;
  let covered = 0;
  let emptyReviews = 0;
  for (const row of rows) {
    const before = covered;
    for (const word of tokens.tokens(row)) {
      words++;
      covered += isKept[word];
    }
    if (covered === before) emptyReviews++;
  }
  return {
    kept: terms.length,
    candidates: all.terms.length,
    coverage: words === 0 ? 0 : covered / words,
    leastDocumentFrequency: terms.length === 0 ? 0 : all.documentFrequency[terms.length - 1],
    mostFrequent: terms
      .slice(0, LISTED)
      .map((term, i) => ({ term, documentFrequency: all.documentFrequency[i] })),
    emptyReviews,
  };
}

/** Rated reviews of a level below which little can be learned of it: about one per fold. */
const FEW = 10;
/** Rated reviews below which figures are rough. */
const SMALL = 200;

function unreadTitleIn({ title, columns }: FileReport): string {
  const both = [title!, columns.text!].map((name) => `--text ${shellWord(name)}`).join(' ');
  return `the column ${quoteValue(title!)} is not read: ${both} reads both`;
}

function warnAbout(facts: Omit<Inspection, 'warnings'>): string[] {
  const { files, ratings, rated, rows, skipped, emptyTexts, repeatedTexts, vocabulary } = facts;
  const warnings: string[] = [];
  const warn = (when: boolean, what: string): void => {
    if (when) warnings.push(what);
  };
  warn(ratings === null, 'no review is rated: these can be used for pre-training and prediction only');
  warn(rated > 0 && rated < SMALL, `only ${rated} reviews are rated: figures will be rough`);
  if (ratings) {
    const { distribution, levels } = ratings;
    warn(levels.length === 1, `all ratings are ${levels[0]}: there is nothing to learn`);
    for (const { rating, reviews } of distribution) {
      warn(levels.length > 1 && reviews < FEW, `only ${reviews} reviews are rated ${rating}`);
    }
    const largest = Math.max(...distribution.map(({ share }) => share));
    warn(
      levels.length > 1 && largest > 0.8,
      `${Math.round(100 * largest)} % of the ratings are the same: compare with the constant predictor`,
    );
    warn(
      ratings.distinct > MOST_DISTINCT_LEVELS,
      `the ratings take ${ratings.distinct} values, which are spread over ${levels.length} levels: is it the right column?`,
    );
  }
  const titled = files.find(({ title }) => title !== null);
  if (titled) warnings.push(unreadTitleIn(titled));
  warn(skipped > 0, `${skipped} of ${rows} rows could not be read`);
  warn(emptyTexts > 0, `${emptyTexts} reviews have no text`);
  warn(
    repeatedTexts.conflicting > 0,
    `${repeatedTexts.conflicting} repeated texts have more than one rating`,
  );
  warn(vocabulary.kept === 0, 'the vocabulary is empty: lower minDocumentFrequency');
  warn(
    vocabulary.kept > 0 && vocabulary.coverage < 0.8,
    `the vocabulary covers ${Math.round(100 * vocabulary.coverage)} % of the words: raise vocabularySize`,
  );
  return warnings;
}
