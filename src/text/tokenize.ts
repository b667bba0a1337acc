/**
 * Text to words: lower case, any script, accents and contractions kept ("don't" is one word, and so is its negation),
 * HTML tags and entities removed. Not here: which words count (vocabulary.ts).
 *
 * natural's tokenizers are not used: its WordTokenizer breaks accents and splits contractions, and its RegexpTokenizer
 * around this same expression only adds a copy of the list.
 */
import porter from 'natural/lib/natural/stemmers/porter_stemmer.js';
import stopWordList from 'natural/lib/natural/util/stopwords.js';
import type { Options } from '../options.ts';

export type TokenOptions = Pick<Options, 'stem' | 'stopWords' | 'punctuation'>;

const WORDS = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:'[\p{L}\p{M}]+)*/gu;
const WORDS_AND_MARKS = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:'[\p{L}\p{M}]+)*|[!?]/gu;
/** A tag is short and begins with a letter, a slash or an exclamation mark: "<3" and "a < b" are text. */
export const TAGS = /<[a-z/!][^<>]{0,500}>/gi;
export const ENTITIES = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}));/gi;
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  rsquo: "'",
  lsquo: "'",
  rdquo: '"',
  ldquo: '"',
  hellip: ' ',
  mdash: ' ',
  ndash: ' ',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ccedil: 'ç',
  uuml: 'ü',
  ouml: 'ö',
  auml: 'ä',
  ntilde: 'ñ',
};
export const APOSTROPHES = /[\u2018\u2019\u201b\u02bc\u00b4\uff07]/g;
const NOT_ASCII = /[^\0-\x7f]/;

/** What a word is, for lower-case text without markup. */
export function wordPattern(punctuation: boolean): RegExp {
  return punctuation ? WORDS_AND_MARKS : WORDS;
}

/** What an entity stands for; the arguments are what ENTITIES finds. */
export function decodeEntity(whole: string, decimal?: string, hex?: string, name?: string): string {
  if (name) return NAMED[name.toLowerCase()] ?? whole;
  const code = decimal ? Number.parseInt(decimal, 10) : Number.parseInt(hex!, 16);
  return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : ' ';
}

/** The text without markup: tags become spaces, entities what they stand for. Time is linear in the length. */
export function stripMarkup(text: string): string {
  let plain = text;
  if (plain.includes('<')) plain = plain.replace(TAGS, ' ');
  if (plain.includes('&')) plain = plain.replace(ENTITIES, decodeEntity);
  return plain;
}

/** The words of a text, in order. With `punctuation`, ! and ? are words too. */
export function splitWords(text: string, punctuation: boolean): string[] {
  let plain = stripMarkup(text);
  if (NOT_ASCII.test(plain)) plain = plain.normalize('NFC').replace(APOSTROPHES, "'");
  return plain.toLowerCase().match(wordPattern(punctuation)) ?? [];
}

/** Words that turn a meaning around: never dropped as stop words. */
const NEGATION = /^(?:no|not|nor|none|never|nothing|nobody|neither|without|hardly|cannot|.*n't)$/;
/** What `stopWords` drops. */
export const droppedStopWords: ReadonlySet<string> = new Set(
  (stopWordList.words as readonly string[]).filter((word) => !NEGATION.test(word)),
);

/** No English word is longer, and the stemmer's time grows with the square of the length. */
const LONGEST_STEMMED = 100;

/** What a word counts as: itself, its stem, or nothing (null) when it is a stop word. Pure: callers may remember it. */
export function normaliseWord(word: string, options: TokenOptions): string | null {
  if (options.stopWords && droppedStopWords.has(word)) return null;
  return options.stem && word.length <= LONGEST_STEMMED ? porter.stem(word) : word;
}

/** Words of a text after the optional steps. */
export function tokenize(text: string, options: TokenOptions): string[] {
  const words = splitWords(text, options.punctuation);
  if (!options.stem && !options.stopWords) return words;
  return words.flatMap((word) => normaliseWord(word, options) ?? []);
}
