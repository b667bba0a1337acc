/** Words with their places: the same words as without, whatever the text, and each where it stands. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wordSpans } from '../../src/text/spans.ts';
import { tokenize } from '../../src/text/tokenize.ts';
import { Vectorizer } from '../../src/text/vectorizer.ts';

const plain = { stem: false, stopWords: false, punctuation: true };

/** What is likely to shift places: markup, entities, marks that compose, letters that grow, surrogates, apostrophes. */
const pieces = [
  ...['a', 'E', 'not ', ' ', '!', '?', "'", '\u2019', '\u02bc', '<b>', '<br />', '<!-- x -->', '<', '>', '&'],
  ...[
    '&amp;',
    '&eacute;',
    '&#233;',
    '&#x301;',
    '&#0;',
    '&lt;b&gt;',
    ';',
    '\u0301',
    '\u0323',
    '\u0327',
    'e\u0301',
  ],
  ...[
    '\u0130',
    '\u03a3',
    '\u03c3',
    '\u212a',
    '\u2126',
    '\u0958',
    '\ufb1d',
    '\u1100',
    '\u1161',
    '\u11a8',
    '\uac00',
  ],
  ...[
    '\u3099',
    '\u304b',
    '\u{1d15e}',
    '\u{1f600}',
    '\ud83d',
    '\udc4d',
    '\u09c7',
    '\u09be',
    '\u{16d67}',
    '\u{16d63}',
  ],
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

test('the words are those of tokenize, for any text and any options', () => {
  const options = fc.record({ stem: fc.boolean(), stopWords: fc.boolean(), punctuation: fc.boolean() });
  fc.assert(
    fc.property(text, options, (given, chosen) => {
      expect(wordSpans(given, chosen).map(({ word }) => word)).toEqual(tokenize(given, chosen));
    }),
    { numRuns: 3000 },
  );
});

test('the places lie within the text, are not empty, and follow each other', () => {
  fc.assert(
    fc.property(text, (given) => {
      let last = { start: 0, end: 0 };
      for (const span of wordSpans(given, plain)) {
        expect(span.start).toBeGreaterThanOrEqual(last.start);
        expect(span.end).toBeGreaterThan(span.start);
        expect(span.end).toBeLessThanOrEqual(given.length);
        // Two words may only share a place when one entity or one letter stands for both.
        if (!/[&\u0080-\uffff]/.test(given)) expect(span.start).toBeGreaterThanOrEqual(last.end);
        last = span;
      }
    }),
    { numRuns: 1000 },
  );
});

describe('a word is found where it stands', () => {
  test.each<[what: string, text: string, places: string[]]>([
    ['in plain text', 'The soup, COLD!', ['The', 'soup', 'COLD', '!']],
    ['after tags', '<b>good</b> food', ['good', 'food']],
    ['with an entity in it', 'caf&eacute; don&#39;t x&nbsp;y', ['caf&eacute;', 'don&#39;t', 'x', 'y']],
    ['with letters that compose', 'cafe\u0301s e\u0301te\u0301 so', ['cafe\u0301s', 'e\u0301te\u0301', 'so']],
    ['with a letter that grows', '\u0130zmir is far', ['\u0130zmir', 'is', 'far']],
    ['beyond the basic plane', '\u{1f600} ok \u{1d400}b c', ['ok', '\u{1d400}b', 'c']],
    [
      'in Hangul taken apart',
      '\u1112\u1161\u11ab\u1100\u1173\u11af ok',
      ['\u1112\u1161\u11ab\u1100\u1173\u11af', 'ok'],
    ],
    ['with other apostrophes', 'don\u2019t', ['don\u2019t']],
  ])('%s', (_what, given, places) => {
    expect(wordSpans(given, plain).map(({ start, end }) => given.slice(start, end))).toEqual(places);
  });
});

test('a dropped stop word leaves the places of the others as they are, and a stem has the place of its word', () => {
  const given = 'the waiters were tired';
  const spans = wordSpans(given, { stem: true, stopWords: true, punctuation: true });
  expect(spans.map(({ word, start, end }) => [word, given.slice(start, end)])).toEqual([
    ['waiter', 'waiters'],
    ['tire', 'tired'],
  ]);
});

test('the terms that occur among words are those that the matrix counts', () => {
  const terms = ['good', 'not', 'not good', 'very', 'very good food', 'food'];
  const vectorizer = new Vectorizer(
    {
      ...plain,
      ngrams: 3,
      vocabularySize: 10,
      minDocumentFrequency: 1,
      maxDocumentFrequency: 1,
      weighting: 'counts',
    },
    { terms, documentFrequency: Uint32Array.from(terms, () => 1), documents: 1 },
  );
  const words = fc.array(fc.constantFrom('good', 'not', 'very', 'food', 'odd'), { maxLength: 12 });
  fc.assert(
    fc.property(words, (given) => {
      const counts = new Map<number, number>();
      for (const { column, first, last } of vectorizer.occurrences(given)) {
        expect(given.slice(first, last + 1).join(' ')).toBe(terms[column]);
        counts.set(column, (counts.get(column) ?? 0) + 1);
      }
      const { columns, values } = vectorizer.transform([given.join(' ')]);
      expect([...counts].sort(([a], [b]) => a - b)).toEqual([...columns].map((c, e) => [c, values![e]]));
    }),
  );
});
