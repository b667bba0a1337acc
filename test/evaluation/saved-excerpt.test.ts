/** What a fold leaves in a file, with the excerpt of its model: the same after reading, linear part and weights included. */
import { afterAll, expect, test } from 'vitest';
import { Saved } from '../../src/checkpoint/checkpoint.ts';
import { runFold } from '../../src/evaluation/fold.ts';
import { planFolds } from '../../src/evaluation/run-folds.ts';
import { restoreOutcome, stateOfOutcome } from '../../src/evaluation/saved-fold.ts';
import { createEngine } from '../../src/kernels/node-engine.ts';
import { resolveOptions } from '../../src/options.ts';

const engine = createEngine(1, 'wasm');
afterAll(() => engine.close());

test('an outcome with mistakes and a linear model is the same after it was saved', async () => {
  const words = ['awful', 'cold', 'plain', 'fine', 'lovely'];
  const reviews = Array.from({ length: 200 }, (_, i) => ({
    id: `${i}`,
    text: `visit${i % 3} was ${words[i % 5]} and ${words[(i * i) % 5]}`,
    rating: 1 + (i % 5),
  }));
  const options = resolveOptions({
    ...{ hidden: [3], folds: 2, epochs: 2, pretrainEpochs: [1], minDocumentFrequency: 1 },
    ...{ threads: 1, seed: 3 },
  });
  const plan = await planFolds(reviews, options, {}, 2);
  const outcome = await runFold(engine, plan, 0);
  const { weights } = outcome.excerpt!.wide!.vocabulary;
  expect(weights!.some((weight) => weight > 0)).toBe(true);
  const { data, arrays } = stateOfOutcome(outcome);
  const saved = new Saved({ data: JSON.parse(JSON.stringify(data)), arrays }, 'here');
  expect(restoreOutcome(saved, plan, 0)).toEqual(outcome);
});
