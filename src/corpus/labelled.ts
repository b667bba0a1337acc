/**
 * Two formats in which each line begins with its label: fastText's (`__label__4 The soup was warm.`), and svmlight's, in
 * which a review is a bag of numbered words (`4 1:2 17:1`), to be read with the list of words that the numbers stand for.
 */
import { StarlingError } from '../errors.ts';
import { damageIn, withRating } from './formats.ts';
import { type Line, readLines } from './lines.ts';
import { type Problem, quoteValue } from './place.ts';
import type { Review } from './review.ts';
import type { FormatContext, FormatRows, Outcome } from './table.ts';

/** fastText's own prefix; it can be changed there, but rarely is. */
const LABEL = '__label__';

/** How files of these formats begin; no header of a table does. */
export const FASTTEXT_START = /^\s*__label__\S/;
export const SVMLIGHT_START = /^\s*[+-]?[\d.]+(?:[ \t]+qid:\d+)?(?:[ \t]+\d+:\S+)+[ \t]*(?:#.*)?\r?(?:\n|$)/;

/** fastText: labels first, then the text. A line without a label is an unrated review. */
export async function fastTextRows(
  start: string,
  rest: AsyncGenerator<string>,
  context: FormatContext,
): Promise<FormatRows> {
  return lineRows(start, rest, context, (line, id) => {
    const words = line.trim().split(/\s+/);
    const labels = words.filter((word) => word.startsWith(LABEL));
    if (labels.length > 1) {
      return {
        what: `it has ${labels.length} labels, ${labels.join(' ')}`,
        hint: 'A review has one rating.',
      };
    }
    // Elsewhere than in front a label counts, too, as it does for fastText.
    const text = labels.length === 0 ? line : line.replace(labels[0], '').trim();
    const rating = labels.length === 0 ? null : context.ratings.parse(labels[0].slice(LABEL.length));
    return withRating({ id, text }, ignored(rating, context), context);
  });
}

/**
 * svmlight: the rating, then index:count pairs. The counts become the words of a text, so that what is built on texts
 * works as ever, but for runs of words, whose order is lost.
 * @throws StarlingError BAD_OPTION without a vocabulary
 */
export async function svmlightRows(
  start: string,
  rest: AsyncGenerator<string>,
  context: FormatContext,
): Promise<FormatRows> {
  const { words, name } = context;
  if (words === undefined) {
    throw new StarlingError(
      'BAD_OPTION',
      `${name} is in the svmlight format, whose numbers stand for words, and no words were given`,
      'Name them: --vocabulary FILE, one word per line.',
    );
  }
  // svmlight counts from 1; the bags of words that people share often count from 0.
  const first = /(?:^|\s)0+:/.test(start) ? 0 : 1;
  return lineRows(start, rest, context, (line, id) => {
    const [target, ...pairs] = line.replace(/#.*/, '').trim().split(/\s+/);
    const rated = !target.includes(':');
    const rating = rated ? context.ratings.parse(target) : null;
    if (rated && rating === null) return { what: 'it has no rating', hint: '' };
    const text = textOf(rated ? pairs : [target, ...pairs], words, first);
    if (typeof text !== 'string') return text;
    return withRating({ id, text }, ignored(rating, context), context);
  });
}

/** No review is longer; a count beyond it is damage, and would become as many words. */
const MOST_WORDS = 1_000_000;

function textOf(pairs: readonly string[], words: readonly string[], first: number): string | Problem {
  const text: string[] = [];
  for (const pair of pairs) {
    if (pair.startsWith('qid:')) continue;
    const [, index, value] = /^(\d+):(.+)$/.exec(pair) ?? [];
    if (index === undefined) return { what: `${quoteValue(pair)} is no index:count`, hint: '' };
    const word = words[Number(index) - first];
    if (word === undefined) {
      return {
        what: `the index ${index} is none of the vocabulary's, which go from ${first} to ${words.length - 1 + first}`,
        hint: 'Is it the vocabulary of this file?',
      };
    }
    const count = Number(value);
    if (!Number.isInteger(count) || count < 0) {
      return {
        what: `the value of ${quoteValue(pair)} is no count`,
        hint: 'Words are counted here; weights such as tf-idf are made from the counts.',
      };
    }
    if (text.length + count > MOST_WORDS) {
      return { what: `it has more than ${MOST_WORDS.toLocaleString('en-US')} words`, hint: '' };
    }
    for (let n = 0; n < count; n++) text.push(word);
  }
  return text.join(' ');
}

function ignored(rating: number | null | Problem, { ignoreRatings }: FormatContext): number | null | Problem {
  return ignoreRatings ? null : rating;
}

/** A review per line that is not blank. */
function lineRows(
  start: string,
  rest: AsyncGenerator<string>,
  { name, format, file }: FormatContext,
  review: (line: string, id: string) => Review | Problem,
): FormatRows {
  file.columns = { text: 'text', rating: 'label', id: null };
  const found = ({ text, problem }: Line, id: string): Review | Problem =>
    problem ?? damageIn([text]) ?? review(text, id);
  async function* outcomes(): AsyncGenerator<Outcome> {
    let number = 0;
    for await (const line of readLines(start, rest)) {
      const outcome = found(line, String(++number));
      yield { row: line.row, line: line.line, record: [], source: line.text, found: outcome };
    }
  }
  return { head: { name, format, header: [], delimiter: null }, outcomes: outcomes() };
}
