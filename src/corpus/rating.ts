/**
 * Ratings as people write them → numbers. Besides plain numbers: "4,5", "4 stars", "4/5", "Rated 4.0 out of 5", "★★★★☆", and
 * the words negative, neutral and positive. What could mean several things is refused.
 */
import { type Problem, quoteValue } from './place.ts';
import type { FileTally } from './report.ts';

/** A decimal number as programs write it. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** A number with what it counts, what it is out of, or both. A comma before three digits could part thousands. */
const SCORE =
  /^(?:rated |rating:? )?(\d+(?:\.\d+)?|\d+,\d{1,2})(?:[ -]?(?:stars?|bubbles?|points?|★|⭐))?(?:(?: ?\/ ?| out of | of )(\d+)(?: ?(?:stars?|bubbles?|points?))?)?$/i;
const DRAWN = /^([★⭐]*)([☆✩]*)$/;

/** What programs write where there is no value: R, pandas, databases, Python, spreadsheets. */
const MISSING = /^(?:na|nan|n\/a|#n\/a|null|none)$/i;

/** A column has either words or numbers. */
const WORDS: ReadonlyMap<string, number> = new Map([
  ['negative', 0],
  ['neg', 0],
  ['neutral', 0.5],
  ['positive', 1],
  ['pos', 1],
]);

/** The ratings of one file, which are all of one kind. */
export class RatingReader {
  private readonly file: FileTally;
  private kind: 'numbers' | 'words' | null = null;
  private outOf: number | null = null;

  /** @param file is told when the ratings are words */
  constructor(file: FileTally) {
    this.file = file;
  }

  /** The rating: null where there is none, or what is wrong with it. */
  parse(written: string): number | null | Problem {
    const trimmed = written.trim();
    if (trimmed === '' || MISSING.test(trimmed)) return null;
    const word = WORDS.get(trimmed.toLowerCase());
    const found = word === undefined ? numberIn(trimmed) : { value: word, outOf: null };
    if (found === null || !Number.isFinite(found.value)) {
      return {
        what: `the rating ${quoteValue(trimmed)} is no number`,
        hint: 'Leave it empty for an unlabelled review; if another column holds the ratings, name it: --rating COLUMN.',
      };
    }
    return this.disagreement(trimmed, word !== undefined, found) ?? found.value;
  }

  /** What is wrong with it beside the ratings before it. */
  private disagreement(written: string, isWord: boolean, { value, outOf }: Score): Problem | null {
    const kind = isWord ? 'words' : 'numbers';
    const before = this.kind ?? kind;
    if (kind !== before) {
      return { what: `the rating ${quoteValue(written)} stands among ${before}`, hint: 'Write all alike.' };
    }
    if (outOf !== null && value > outOf) {
      return { what: `the rating ${quoteValue(written)} is more than it can be`, hint: '' };
    }
    if (outOf !== null && outOf !== (this.outOf ?? outOf)) {
      const what = `the rating ${quoteValue(written)} is out of ${outOf}, others are out of ${this.outOf}`;
      return { what, hint: 'Bring all to one scale.' };
    }
    this.file.wordRatings = isWord;
    this.kind = kind;
    this.outOf ??= outOf;
    return null;
  }
}

interface Score {
  readonly value: number;
  readonly outOf: number | null;
}

function numberIn(written: string): Score | null {
  if (NUMBER.test(written)) return { value: Number(written), outOf: null };
  const plain = written.replace(/\s+/g, ' ').replaceAll('\ufe0f', '');
  const [, value, outOf] = SCORE.exec(plain) ?? [];
  if (value !== undefined) {
    return { value: Number(value.replace(',', '.')), outOf: outOf === undefined ? null : Number(outOf) };
  }
  const [drawn, full, empty] = DRAWN.exec(plain) ?? [];
  if (drawn === undefined) return null;
  return { value: full.length, outOf: empty === '' ? null : drawn.length };
}
