/** Reviews to rows of the sparse matrix, compared with counting strings; and what a vocabulary from a file must be. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StarlingError } from '../../src/errors.ts';
import { checkCsr, toDense } from '../../src/sparse/csr.ts';
import { TokenCorpus } from '../../src/text/token-corpus.ts';
import { tokenize } from '../../src/text/tokenize.ts';
import { type TextOptions, Vectorizer } from '../../src/text/vectorizer.ts';
import { defaults } from './helpers.ts';
import { naiveVectors } from './naive.ts';

function fitted(texts: readonly string[], options: Partial<TextOptions> = {}) {
  const all = { ...defaults, ...options };
  const corpus = new TokenCorpus(all);
  for (const text of texts) corpus.add(text);
  const rows = texts.map((_, row) => row);
  return { corpus, rows, vectorizer: Vectorizer.fit(corpus, rows, all) };
}

const words = ['good', 'bad', 'not', 'very', 'the', 'dishes', "don't", '!', 'été', 'unknown'];
const texts = fc.array(
  fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((list) => list.join(' ')),
  { minLength: 1, maxLength: 8 },
);
const options = fc.record({
  ngrams: fc.integer({ min: 1, max: 4 }),
  vocabularySize: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant(100_000)),
  minDocumentFrequency: fc.integer({ min: 1, max: 3 }),
  maxDocumentFrequency: fc.constantFrom(1, 0.5),
  weighting: fc.constantFrom('binary' as const, 'counts' as const, 'tfidf' as const),
  stem: fc.boolean(),
  stopWords: fc.boolean(),
  punctuation: fc.boolean(),
});

test('rows are those of counting runs of words in strings within 1e-6, for any texts and options, seen or new', () => {
  fc.assert(
    fc.property(texts, texts, options, (seen, fresh, chosen) => {
      const { vectorizer } = fitted(seen, chosen);
      const all = [...seen, ...fresh];
      const x = vectorizer.transform(all);
      checkCsr(x);
      expect([x.rows, x.cols]).toEqual([all.length, vectorizer.vocabulary.terms.length]);
      expect(x.values === null).toBe(chosen.weighting === 'binary');
      const naive = naiveVectors(
        all.map((text) => tokenize(text, chosen)),
        vectorizer.vocabulary,
        chosen,
      ).flat();
      toDense(x).forEach((value, i) => {
        expect(Math.abs(value - naive[i])).toBeLessThan(1e-6);
      });
    }),
    { numRuns: 400 },
  );
});

test('rows of a corpus are, to the byte, those of its texts', () => {
  fc.assert(
    fc.property(texts, options, fc.array(fc.nat(), { maxLength: 10 }), (some, chosen, picks) => {
      const { vectorizer, corpus } = fitted(some, chosen);
      const rows = picks.map((pick) => pick % some.length);
      expect(vectorizer.transformCorpus(corpus, rows)).toEqual(
        vectorizer.transform(rows.map((row) => some[row])),
      );
    }),
  );
});

test('the order in which reviews are read moves their rows and changes nothing else', () => {
  const reviews = ['good food', 'bad food !', 'not good', '', 'food food food'];
  const chosen = { ngrams: 2, weighting: 'tfidf' } as const;
  const order = [3, 1, 4, 0, 2];
  const one = fitted(reviews, chosen);
  const other = fitted(
    order.map((row) => reviews[row]),
    chosen,
  );
  expect(other.vectorizer.toJSON()).toEqual(one.vectorizer.toJSON());
  expect(other.vectorizer.transformCorpus(other.corpus, other.rows)).toEqual(
    one.vectorizer.transformCorpus(one.corpus, order),
  );
});

test('TF-IDF rows have the length 1, empty ones 0, within 1e-6', () => {
  const { vectorizer } = fitted(['a b c', 'a a b', 'a'], { weighting: 'tfidf' });
  const x = vectorizer.transform(['a a b c', 'nothing known', '', 'c']);
  const lengths = [0, 1, 2, 3].map((r) =>
    Math.sqrt(
      toDense(x)
        .subarray(r * 3, r * 3 + 3)
        .reduce((sum, value) => sum + value * value, 0),
    ),
  );
  [1, 0, 0, 1].forEach((length, r) => {
    expect(Math.abs(lengths[r] - length)).toBeLessThan(1e-6);
  });
});

test.each(['binary', 'counts', 'tfidf'] as const)(
  'with weights of its own a row is presence times weight, of length 1, whatever the weighting (%s)',
  (weighting) => {
    const { vectorizer, corpus } = fitted(['a b c', 'a a b', 'a'], { weighting });
    expect(vectorizer.vocabulary.terms).toEqual(['a', 'b', 'c']);
    const weighted = vectorizer.withWeights([3, 4, 0]);
    const texts = ['a a b', 'b', 'c', 'none', 'a b c'];
    const dense = toDense(weighted.transform(texts));
    [0.6, 0.8, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0.6, 0.8, 0].forEach((value, i) => {
      expect(Math.abs(dense[i] - value)).toBeLessThan(1e-6);
    });
    expect(weighted.transformCorpus(corpus, [1])).toEqual(weighted.transform(['a a b']));
    const again = Vectorizer.fromJSON({ ...vectorizer.options }, JSON.parse(JSON.stringify(weighted)));
    expect(again.transform(texts)).toEqual(weighted.transform(texts));
  },
);

test.each([[[1, 2]], [[1, 2, -1]], [[1, 2, null]], ['123'], [[1, 2, '3']]])(
  'weights from a file that are not one number from 0 per term are refused: %j',
  (weights) => {
    const { vectorizer } = fitted(['a b c', 'a b c'], {});
    const json = { ...vectorizer.toJSON(), weights };
    expect(() => Vectorizer.fromJSON(vectorizer.options, json)).toThrow('"weights"');
  },
);

test('a review longer than any before it is read whole', () => {
  const { vectorizer, corpus } = fitted(['a b', 'a b'], { ngrams: 2, weighting: 'counts' });
  const long = Array.from({ length: 5000 }, (_, i) => (i % 2 === 0 ? 'a' : 'b')).join(' ');
  corpus.add(long);
  expect(vectorizer.vocabulary.terms).toEqual(['a', 'a b', 'b']);
  expect([...toDense(vectorizer.transform([long]))]).toEqual([2500, 2500, 2500]);
  expect([...toDense(vectorizer.transformCorpus(corpus, [2]))]).toEqual([2500, 2500, 2500]);
});

test('many rows are kept whole when the arrays grow: 3000 reviews of 40 terms', () => {
  const review = Array.from({ length: 40 }, (_, i) => `w${i}`).join(' ');
  const { vectorizer } = fitted([review], { weighting: 'counts' });
  const x = vectorizer.transform(Array.from({ length: 3000 }, () => review));
  checkCsr(x);
  expect(x.columns.length).toBe(120_000);
  expect(x.values!.every((value) => value === 1)).toBe(true);
});

test('a term may be named like a property of every object', () => {
  const { vectorizer } = fitted(['constructor toString __proto__ hasOwnProperty']);
  expect(vectorizer.transform(['constructor tostring', 'hasownproperty']).columns.length).toBe(3);
});

test('unknown words are those that no term consists of, in order, once each', () => {
  const { vectorizer } = fitted(['good food'], { ngrams: 2 });
  expect(vectorizer.unknownWords('Bad food, bad service, good')).toEqual(['bad', 'service']);
});

describe('a vocabulary in JSON', () => {
  test('comes back as it was, through text', () => {
    fc.assert(
      fc.property(texts, options, (some, chosen) => {
        const { vectorizer } = fitted(some, chosen);
        const json = JSON.parse(JSON.stringify(vectorizer.toJSON()));
        const again = Vectorizer.fromJSON(vectorizer.options, json);
        expect(again.vocabulary).toEqual(vectorizer.vocabulary);
        expect(again.transform(some)).toEqual(vectorizer.transform(some));
      }),
    );
  });

  const sound = { terms: ['a', 'b c'], documentFrequency: [2, 1], documents: 3 };
  test.each<[what: string, json: unknown, message: string]>([
    ['nothing', undefined, 'no JSON object'],
    ['null', null, 'no JSON object'],
    ['a word', 'terms', 'no JSON object'],
    ['no terms', { ...sound, terms: undefined }, '"terms" is no list'],
    ['terms that are no list', { ...sound, terms: { 0: 'a' } }, '"terms" is no list'],
    ['a term that is no word', { ...sound, terms: ['a', 1] }, '"terms" is no list'],
    ['an empty term', { ...sound, terms: ['a', ''] }, '"terms" is no list'],
    ['a term twice', { ...sound, terms: ['a', 'a'] }, 'names a term twice'],
    ['no number of reviews', { ...sound, documents: undefined }, '"documents" is no count'],
    ['a fraction of a review', { ...sound, documents: 1.5 }, '"documents" is no count'],
    ['fewer than no reviews', { ...sound, documents: -1 }, '"documents" is no count'],
    ['a number too large', { ...sound, documents: 2 ** 32 }, '"documents" is no count'],
    ['no frequencies', { ...sound, documentFrequency: undefined }, '"documentFrequency"'],
    ['too few frequencies', { ...sound, documentFrequency: [2] }, '"documentFrequency"'],
    ['too many frequencies', { ...sound, documentFrequency: [2, 1, 1] }, '"documentFrequency"'],
    ['a frequency that is no count', { ...sound, documentFrequency: [2, 'x'] }, '"documentFrequency"'],
    ['a negative frequency', { ...sound, documentFrequency: [2, -1] }, '"documentFrequency"'],
    ['null for a frequency', { ...sound, documentFrequency: [2, null] }, '"documentFrequency"'],
  ])('is refused with BAD_MODEL, naming the file, for %s', (_what, json, message) => {
    expect(() => Vectorizer.fromJSON(defaults, sound)).not.toThrow();
    let error: unknown;
    try {
      Vectorizer.fromJSON(defaults, json, 'model/vocabulary.json');
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(StarlingError);
    expect(error).toMatchObject({ code: 'BAD_MODEL', message: expect.stringContaining(message) });
    expect((error as StarlingError).message).toMatch(/^model\/vocabulary\.json: /);
  });

  test('of any other kind is resolved or refused with BAD_MODEL, never anything else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        try {
          Vectorizer.fromJSON(defaults, json);
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_MODEL' });
        }
      }),
    );
  });
});
