/**
 * The words of a text and where they stand in it, so that they can be shown in place. The same words as `tokenize`
 * gives, which is faster and what training uses; that both agree on any text is tested.
 */
import {
  APOSTROPHES,
  decodeEntity,
  ENTITIES,
  normaliseWord,
  TAGS,
  type TokenOptions,
  wordPattern,
} from './tokenize.ts';

export interface WordSpan {
  /** As `tokenize` gives it. */
  readonly word: string;
  /** First code unit in the text as it was given, and the one after the last. */
  readonly start: number;
  readonly end: number;
}

/** A text on its way to words: its code unit i comes from start[i] up to end[i] of the text as it was given. */
interface Aligned {
  readonly text: string;
  readonly start: ArrayLike<number>;
  readonly end: ArrayLike<number>;
}

/** A letter with what composes with it: marks, and the vowels and finals of Hangul; any other letter beyond ASCII. */
const COMPOSABLE = /[^\p{M}\u1160-\u11ff][\p{M}\u1160-\u11ff]+|[^\0-\x7f]/gsu;
/** Nothing composes with an ASCII character that follows it: these pieces are coarse, but always right. */
const BEFORE_ASCII = /[\0-\x7f]?[^\0-\x7f]+/g;
/** The one character that is longer in lower case. */
const GROWS = /\u0130/g;

/** Words of a text after the optional steps, in order, with their places. */
export function wordSpans(text: string, options: TokenOptions): WordSpan[] {
  const aligned = lowerCase(compose(withoutMarkup(identity(text))));
  const spans: WordSpan[] = [];
  for (const { 0: found, index } of aligned.text.matchAll(wordPattern(options.punctuation))) {
    const word = normaliseWord(found, options);
    if (word === null) continue;
    spans.push({ word, start: aligned.start[index], end: aligned.end[index + found.length - 1] });
  }
  return spans;
}

function identity(text: string): Aligned {
  const start = Int32Array.from({ length: text.length }, (_, i) => i);
  return { text, start, end: start.map((i) => i + 1) };
}

function withoutMarkup(from: Aligned): Aligned {
  return substitute(
    substitute(from, TAGS, () => ' '),
    ENTITIES,
    decodeEntity,
  );
}

/** As `normalize('NFC')`, piece by piece, with one kind of apostrophe. */
function compose(from: Aligned): Aligned {
  const whole = from.text.normalize('NFC');
  const normalise = (piece: string): string => piece.normalize('NFC');
  let composed = substitute(from, COMPOSABLE, normalise);
  if (composed.text !== whole) composed = substitute(from, BEFORE_ASCII, normalise);
  return substitute(composed, APOSTROPHES, () => "'");
}

function lowerCase(from: Aligned): Aligned {
  const { text, start, end } = substitute(from, GROWS, (letter) => letter.toLowerCase());
  return { text: text.toLowerCase(), start, end };
}

/** Replaces what the pattern finds; all of a replacement comes from all of what was found. */
function substitute(from: Aligned, pattern: RegExp, by: (...found: string[]) => string): Aligned {
  const texts: string[] = [];
  const start: number[] = [];
  const end: number[] = [];
  let done = 0;
  const keepUntil = (until: number): void => {
    texts.push(from.text.slice(done, until));
    for (let i = done; i < until; i++) {
      start.push(from.start[i]);
      end.push(from.end[i]);
    }
  };
  for (const found of from.text.matchAll(pattern)) {
    keepUntil(found.index);
    done = found.index + found[0].length;
    const replacement = by(...found);
    texts.push(replacement);
    for (let i = 0; i < replacement.length; i++) {
      start.push(from.start[found.index]);
      end.push(from.end[done - 1]);
    }
  }
  if (done === 0) return from;
  keepUntil(from.text.length);
  return { text: texts.join(''), start, end };
}
