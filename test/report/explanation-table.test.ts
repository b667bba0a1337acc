/** An explanation as text, where there are colours. */
import { expect, test } from 'vitest';
import type { Explanation, WordContribution } from '../../src/explanation/explanation.ts';
import { explanationText } from '../../src/report/explanation-table.ts';
import { plain } from '../../src/report/table.ts';

const text = 'Not <b>good</b>, really.';
const word = (start: number, end: number, contribution: number): WordContribution => ({
  start,
  end,
  contribution,
  known: contribution !== 0,
});
const explanation: Explanation = {
  rating: 2.1,
  distribution: null,
  base: 3,
  contributions: [{ term: 'not good', contribution: -0.9, value: 1, places: [{ start: 0, end: 11 }] }],
  residual: 0,
  words: [word(0, 3, -0.6), word(7, 11, -0.3), word(17, 23, 0)],
  perLevel: null,
  activeUnits: [],
  unknownWords: ['really'],
};
const view = { text, explanation, levels: [1, 5], top: 10 };

test('each word is painted in its place, by its share of the strongest; the text between them stays', () => {
  const painted = explanationText(view, plain, (what, strength) => `{${what}|${strength}}`);
  expect(painted.split('\n')[0]).toBe('{Not|-1} <b>{good|-0.5}</b>, {really|0}.');
});

test('words that hardly move the rating are not painted as if they did: 2 % of the scale is the full strength', () => {
  const words = [word(0, 3, 0.04)];
  const faint = explanationText({ ...view, explanation: { ...explanation, words } }, plain, (_, strength) =>
    String(strength),
  );
  expect(faint).toMatch(/^0\.5 </);
});

test('a model with a linear head has no distribution, and one without hidden layers no active units', () => {
  const shown = explanationText(view);
  expect(shown).not.toContain('#');
  expect(shown).not.toContain('active units');
  expect(shown).toContain('words not known  really');
});
