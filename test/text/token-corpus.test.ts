/** Reviews as integers: nothing of a review is lost, however many there are and however long. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Review } from '../../src/corpus/review.ts';
import { gatherReviews } from '../../src/text/review-corpus.ts';
import { fingerprintOf, TokenCorpus } from '../../src/text/token-corpus.ts';
import { tokenize } from '../../src/text/tokenize.ts';

const plain = { stem: false, stopWords: false, punctuation: true };

function wordsOf(corpus: TokenCorpus, review: number): string[] {
  return Array.from(corpus.tokens(review), (number) => corpus.words[number]);
}

test('the words of every review are those of the tokenizer, with any options', () => {
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.lorem(), fc.constantFrom('', 'the', "Don't!"));
  const options = fc.record({ stem: fc.boolean(), stopWords: fc.boolean(), punctuation: fc.boolean() });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 10 }), options, (texts, chosen) => {
      const corpus = new TokenCorpus(chosen);
      for (const one of texts) corpus.add(one);
      expect(corpus.length).toBe(texts.length);
      texts.forEach((one, r) => {
        expect(wordsOf(corpus, r)).toEqual(tokenize(one, chosen));
      });
      expect(new Set(corpus.words).size).toBe(corpus.words.length);
    }),
  );
});

test('thousands of reviews, and one longer than a chunk of memory, are kept whole', () => {
  const corpus = new TokenCorpus(plain);
  const long = 'b '.repeat((1 << 20) + 5);
  for (let r = 0; r < 3000; r++) corpus.add(`a${r % 7} x`);
  corpus.add(long);
  corpus.add('last one');
  expect(corpus.length).toBe(3002);
  for (const r of [0, 1, 1023, 1024, 2048, 2999]) expect(wordsOf(corpus, r)).toEqual([`a${r % 7}`, 'x']);
  expect(corpus.tokens(3000).length).toBe((1 << 20) + 5);
  expect(new Set(corpus.tokens(3000)).size).toBe(1);
  expect(wordsOf(corpus, 3001)).toEqual(['last', 'one']);
  expect(corpus.fingerprint(1)).toBe(corpus.fingerprint(8));
  expect(corpus.fingerprint(2999)).toBe(fingerprintOf(`a${2999 % 7} x`));
});

test('fingerprints are equal for equal texts, spaces at the ends aside, and differ for others', () => {
  expect(fingerprintOf(' good food\n')).toBe(fingerprintOf('good food'));
  const texts = [
    '',
    'a',
    'b',
    'aa',
    'ab',
    'ba',
    'good food',
    'good  food',
    'Good food',
    'goodfood',
    ...Array.from({ length: 20_000 }, (_, i) => `review ${i}`),
  ];
  expect(new Set(texts.map(fingerprintOf)).size).toBe(texts.length);
  for (const text of texts) expect(Number.isSafeInteger(fingerprintOf(text))).toBe(true);
});

test('gathering keeps ratings in order, zero among them, and does not look at those of the unlabelled reviews', async () => {
  const reviews: Review[] = [
    { id: '1', text: 'good', rating: 5 },
    { id: '2', text: 'what', rating: null },
    { id: '3', text: 'bad', rating: 0 },
  ];
  async function* unlabelled(): AsyncGenerator<Review> {
    yield { id: '4', text: 'more', rating: 3 };
  }
  const corpus = await gatherReviews(reviews, plain, unlabelled());
  expect([...corpus.ratings]).toEqual([5, Number.NaN, 0, Number.NaN]);
  expect([...corpus.rated]).toEqual([0, 2]);
  expect([...corpus.unrated]).toEqual([1, 3]);
  expect([0, 1, 2, 3].map((row) => wordsOf(corpus.tokens, row))).toEqual([
    ['good'],
    ['what'],
    ['bad'],
    ['more'],
  ]);
});
