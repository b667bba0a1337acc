/** An explained review as HTML: the text stays what it was, the colours say what the explanation says. */
import { expect, test } from 'vitest';
import type { Explanation, WordContribution } from '../../src/explanation/explanation.ts';
import { colouredText, sumOfRating, termsTable } from '../../src/report/html/explained-review.ts';
import { cut } from '../../src/report/html/markup.ts';
import { attribute, below, type Element, parsePage, textOf } from './html-tree.ts';

const word = (start: number, end: number, contribution: number): WordContribution => ({
  start,
  end,
  contribution,
  known: contribution !== 0,
});

function explained(words: readonly WordContribution[], more: Partial<Explanation> = {}): Explanation {
  return {
    rating: 2.1,
    distribution: null,
    base: 3,
    contributions: [],
    residual: 0,
    words,
    perLevel: null,
    activeUnits: [],
    unknownWords: [],
    ...more,
  };
}

/** The paragraph that a browser makes of it. */
function shown(text: string, words: readonly WordContribution[], most?: number): Element {
  const markup = colouredText({ text, explanation: explained(words), levels: [1, 5], most });
  return parsePage(`<!DOCTYPE html><title>x</title>${markup.text}`).find(({ tagName }) => tagName === 'p')!;
}

const coloured = (paragraph: Element): [string, string | undefined][] =>
  below(paragraph, 'span').map((span) => [textOf(span), attribute(span, 'class')]);

test('words have a colour by direction and by their share of the strongest; the text between them stays', () => {
  const text = 'Not <b>good</b> & really quite bad.';
  const paragraph = shown(text, [word(0, 3, -0.6), word(7, 11, 0.31), word(18, 24, 0), word(31, 34, -0.1)]);
  expect(textOf(paragraph)).toBe(text);
  expect(coloured(paragraph)).toEqual([
    ['Not', 'down s4'],
    ['good', 'up s3'],
    ['bad', 'down s1'],
  ]);
  expect(below(paragraph, 'span').map((span) => attribute(span, 'title'))).toEqual([
    '−0.600',
    '+0.310',
    '−0.100',
  ]);
});

test('words that hardly move the rating are not coloured as if they did: 2 % of the scale is the full strength', () => {
  expect(coloured(shown('so it is', [word(0, 2, 0.01)]))).toEqual([['so', 'up s1']]);
  expect(coloured(shown('so it is', [word(0, 2, 0.004)]))).toEqual([]);
});

test('a place that stands for several words is shown once', () => {
  expect(
    textOf(shown('a&nbsp;b', [word(0, 1, 0.5), word(1, 7, 0.4), word(1, 7, 0.3), word(7, 8, 0.5)])),
  ).toBe('a&nbsp;b');
});

test('a long text is cut after a number of characters, and says how many there are more', () => {
  const text = 'abcd efgh '.repeat(30);
  const words = Array.from({ length: 60 }, (_, i) => word(5 * i, 5 * i + 4, 1));
  const paragraph = shown(text, words, 102);
  expect(textOf(paragraph)).toBe(`${text.slice(0, 102)}… (198 more characters)`);
  expect(coloured(paragraph).filter(([, kind]) => kind === 'up s4')).toHaveLength(20);
  // Hardly longer than that: whole.
  expect(textOf(shown(text, words, 280))).toBe(text);
});

test('what no document may hold, or turns writing around, becomes a replacement character, and no emoji is cut in half', () => {
  expect(textOf(shown('a\0b\u0007c\ud800d', []))).toBe('a\ufffdb\ufffdc\ufffdd');
  expect(textOf(shown('a\u202eb\u2066c', []))).toBe('a\ufffdb\ufffdc');
  expect(textOf(shown('line one\r\nline two\rthree', []))).toBe('line one\nline two\nthree');
  expect(cut('ab😀cd', 3)).toBe('ab…');
  expect(cut('ab😀cd', 4)).toBe('ab😀…');
});

test('the table of terms adds up: no word, the listed ones, the others, the rating', () => {
  const contributions = [-0.5, -0.3, 0.2, -0.2, -0.1].map((contribution, i) => ({
    term: `term${i}`,
    contribution,
    value: 1,
    places: [{ start: 0, end: 1 }],
  }));
  const explanation = explained([], { contributions });
  const { text } = termsTable({ explanation, top: 2 });
  const rows = parsePage(`<!DOCTYPE html><title>x</title>${text}`)
    .filter(({ tagName }) => tagName === 'tr')
    .map((row) => below(row, 'th', 'td').map(textOf));
  expect(rows.slice(1)).toEqual([
    ['no word at all', '', '3.000'],
    ['term0', '1', '−0.500'],
    ['term1', '1', '−0.300'],
    ['3 others', '', '−0.100'],
    ['rating', '', '2.100'],
  ]);
  expect(sumOfRating(explanation)).toBe('3.000 without any word, −0.900 by 5 terms, together 2.100.');
  expect(sumOfRating(explained([]))).toContain('no word that the model knows');
});
