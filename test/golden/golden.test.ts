/**
 * A model that the first release saved, and what it predicted then. Every later release must load it and predict the same;
 * the files here are never written again. (A new format gets a folder of its own beside this one.)
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Prediction, SentimentModel } from '../../src/index.ts';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const golden = JSON.parse(readFileSync(path('predictions-1.json'), 'utf8')) as (Prediction & {
  text: string;
})[];

test('the predictions that were kept are worth comparing: they differ', () => {
  const ratings = golden.map(({ rating }) => rating);
  expect(Math.max(...ratings) - Math.min(...ratings)).toBeGreaterThan(2);
});

test.each(['reference', 'wasm'] as const)(
  'the model of the first release predicts within 1e-5 what it predicted then, with %s kernels',
  async (engine) => {
    const model = await SentimentModel.load(path('model-1'), engine);
    expect(model.levels).toEqual([1, 2, 3, 4, 5]);
    expect(model.training.bestEpoch).toBeGreaterThan(0);
    const predictions = model.predictMany(golden.map(({ text }) => text));
    predictions.forEach(({ rating, distribution, knownTerms }, i) => {
      expect(Math.abs(rating - golden[i].rating)).toBeLessThan(1e-5);
      expect(knownTerms).toBe(golden[i].knownTerms);
      distribution!.forEach((p, k) => {
        expect(Math.abs(p - golden[i].distribution![k])).toBeLessThan(1e-5);
      });
    });
    model.close();
  },
);
