/** The vocabulary, compared with counting strings; and its order, which nothing but the set of reviews decides. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RandomStream } from '../../src/random.ts';
import { TokenCorpus } from '../../src/text/token-corpus.ts';
import { tokenize } from '../../src/text/tokenize.ts';
import type { TextOptions } from '../../src/text/vectorizer.ts';
import { buildVocabulary } from '../../src/text/vocabulary.ts';
import { defaults } from './helpers.ts';
import { naiveVocabulary } from './naive.ts';

function corpusOf(texts: readonly string[], options: TextOptions = defaults): TokenCorpus {
  const corpus = new TokenCorpus(options);
  for (const text of texts) corpus.add(text);
  return corpus;
}

function vocabularyOf(texts: readonly string[], options: Partial<TextOptions> = {}, rows?: number[]) {
  const all = { ...defaults, ...options };
  const vocabulary = buildVocabulary(corpusOf(texts, all), rows ?? texts.map((_, row) => row), all);
  return { ...vocabulary, documentFrequency: [...vocabulary.documentFrequency] };
}

const words = ['good', 'bad', 'not', 'very', 'the', 'dishes', "don't", '!', 'été', 'a'];
const texts = fc.array(
  fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((list) => list.join(' ')),
  { maxLength: 12 },
);
const options = fc.record({
  ngrams: fc.integer({ min: 1, max: 5 }),
  vocabularySize: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant(100_000)),
  minDocumentFrequency: fc.integer({ min: 1, max: 4 }),
  maxDocumentFrequency: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
  weighting: fc.constant('binary' as const),
  stem: fc.boolean(),
  stopWords: fc.boolean(),
  punctuation: fc.boolean(),
});

test('the vocabulary is that of counting runs of words in strings, for any texts, options and choice of reviews', () => {
  fc.assert(
    fc.property(texts, options, fc.array(fc.nat(), { maxLength: 12 }), (some, chosen, picks) => {
      const rows = [...new Set(picks.map((pick) => pick % Math.max(1, some.length)))].filter(
        (r) => r < some.length,
      );
      const naive = naiveVocabulary(
        rows.map((row) => tokenize(some[row], chosen)),
        chosen,
      );
      expect(vocabularyOf(some, chosen, rows)).toEqual(naive);
    }),
    { numRuns: 400 },
  );
});

test('terms stand by falling number of reviews, ties by code units', () => {
  const { terms, documentFrequency } = vocabularyOf(['b a Z é', 'b a', 'b c']);
  expect(terms).toEqual(['b', 'a', 'c', 'z', 'é']);
  expect(documentFrequency).toEqual([3, 2, 1, 1, 1]);
});

test('the most frequent N are kept, and ties at the border are always broken alike', () => {
  const reviews = ['d c b a', 'a b c d', 'x a'];
  expect(vocabularyOf(reviews, { vocabularySize: 3 }).terms).toEqual(['a', 'b', 'c']);
  expect(vocabularyOf([...reviews].reverse(), { vocabularySize: 3 }).terms).toEqual(['a', 'b', 'c']);
});

test('a run takes the last place from a rarer word, and from one as frequent that stands behind it', () => {
  const both = ['a b', 'a b', 'a b', 'a b', 'a', 'b'];
  for (const rarer of [
    ['c', 'c', 'c'],
    ['c', 'c', 'c', 'c'],
  ]) {
    const { terms } = vocabularyOf([...both, ...rarer], { ngrams: 2, vocabularySize: 3 });
    expect(terms).toEqual(['a', 'b', 'a b']);
  }
});

test('a repeated word counts once per review', () => {
  expect(vocabularyOf(['good good good', 'good'])).toMatchObject({ terms: ['good'], documentFrequency: [2] });
});

test('a term in exactly the greatest allowed share of the reviews is kept, whatever the rounding: 29 % of 100', () => {
  const shares = [0.07, 0.14, 0.28, 0.29, 0.55, 0.57, 0.58, 0.7];
  for (const maxDocumentFrequency of shares) {
    const holding = Math.round(maxDocumentFrequency * 100);
    const reviews = Array.from({ length: 100 }, (_, r) =>
      r < holding ? 'often' : r === holding ? 'more' : '',
    );
    const { terms } = vocabularyOf(reviews, { maxDocumentFrequency });
    expect([maxDocumentFrequency, terms]).toEqual([maxDocumentFrequency, ['often', 'more']]);
    reviews[holding] = 'often';
    expect(vocabularyOf(reviews, { maxDocumentFrequency }).terms).toEqual([]);
  }
});

test('a run may hold words that are too frequent to be terms themselves', () => {
  const { terms } = vocabularyOf(['the food', 'the food', 'the end', 'the start'], {
    ngrams: 2,
    minDocumentFrequency: 2,
    maxDocumentFrequency: 0.5,
  });
  expect(terms).toEqual(['food', 'the food']);
});

test('the order of the reviews, and what else the corpus holds, change nothing', () => {
  fc.assert(
    fc.property(texts, options, fc.nat(), (some, chosen, seed) => {
      const order = [...RandomStream.fromSeed(seed).permutation(some.length)];
      const shuffled = order.map((row) => some[row]);
      const before = vocabularyOf(some, chosen);
      expect(vocabularyOf(shuffled, chosen)).toEqual(before);
      const more = ['other words that come first', ...some];
      expect(
        vocabularyOf(
          more,
          chosen,
          some.map((_, row) => row + 1),
        ),
      ).toEqual(before);
    }),
  );
});

test('no reviews, or none with words, give no terms', () => {
  expect(vocabularyOf([])).toEqual({ terms: [], documentFrequency: [], documents: 0 });
  expect(vocabularyOf(['', '...'], { ngrams: 3 })).toEqual({
    terms: [],
    documentFrequency: [],
    documents: 2,
  });
});

test('a thousand different words in a random order are counted as they are: the tables grow without loss', () => {
  const stream = RandomStream.fromSeed(9);
  const reviews = Array.from({ length: 300 }, (_, r) =>
    Array.from({ length: 60 }, (_, i) => `w${Math.floor(1500 * stream.uniform(60 * r + i) ** 2)}`).join(' '),
  );
  const chosen = { ...defaults, ngrams: 3, vocabularySize: 100_000 };
  expect(vocabularyOf(reviews, chosen)).toEqual(
    naiveVocabulary(
      reviews.map((text) => text.split(' ')),
      chosen,
    ),
  );
});
