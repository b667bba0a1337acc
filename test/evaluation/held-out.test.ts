/** One fit with given encoders: what it rates and says, and that it leaves no memory behind. */
import { afterAll, expect, test } from 'vitest';
import { fitHeldOut } from '../../src/evaluation/held-out.ts';
import { fitModel, predictFitted } from '../../src/finetuning/wide.ts';
import { createEngine } from '../../src/kernels/node-engine.ts';
import { resolveOptions } from '../../src/options.ts';
import { learnEncoders } from '../../src/pretraining/encoders.ts';
import type { Progress } from '../../src/progress.ts';
import { RandomStream } from '../../src/random.ts';
import { gatherReviews } from '../../src/text/review-corpus.ts';

const engine = createEngine(1, 'wasm');
afterAll(() => engine.close());

const words = ['awful', 'cold', 'plain', 'fine', 'lovely'];
const reviews = Array.from({ length: 60 }, (_, i) => ({
  id: `${i}`,
  text: `visit${i % 3} was ${words[i % 5]} and ${words[(i * i) % 5]}`,
  rating: i % 4 === 3 ? null : 1 + (i % 5),
}));
const options = resolveOptions({
  ...{ hidden: [3], epochs: 3, pretrainEpochs: [1], minDocumentFrequency: 1, threads: 1 },
});
const corpus = await gatherReviews(reviews, options);
const encoders = await learnEncoders(engine, corpus, corpus.rated, options, RandomStream.fromSeed(1));
const given = {
  ...{ corpus, encoders, options, levels: [1, 3, 5] },
  ...{ train: corpus.rated.slice(0, 30), test: corpus.rated.slice(30) },
  stream: RandomStream.fromSeed(2),
};

test('rates the test rows as the model does that it fits, and says how well it did on its own part', async () => {
  const used = engine.arena.used;
  const events: Progress[] = [];
  const held = await fitHeldOut(engine, given, (event) => events.push(event));
  expect(engine.arena.used).toBe(used);
  const { train, test: rows, stream, levels } = given;
  const none = new Int32Array(0);
  const fitted = await fitModel(engine, corpus, train, none, encoders, options, stream, levels);
  const { ratings, sparsity } = predictFitted(engine, fitted, corpus, rows);
  engine.arena.release(used);
  expect(held).toEqual({
    ...{ ratings, sparsity },
    ...{ validationRmse: fitted.validationRmse, bestEpoch: fitted.record.bestEpoch },
  });
  expect(held.ratings).toHaveLength(15);
  expect(held.validationRmse).toBeGreaterThan(0);
  expect(events.some(({ phase }) => phase === 'finetune')).toBe(true);
});

test('learns from unrated rows, too, where it is given enough of them', async () => {
  const few = { ...given, train: corpus.rated.slice(0, 5), options: { ...options, validation: 0 } };
  const taught = async (unrated?: Int32Array) => {
    const rules: string[] = [];
    const { ratings, validationRmse } = await fitHeldOut(engine, { ...few, unrated }, ({ rule }) => {
      if (rule !== undefined) rules.push(rule);
    });
    return { ratings, validationRmse, lessons: rules.filter((rule) => rule.includes('unrated')).length };
  };
  const [without, withThem] = [await taught(), await taught(corpus.unrated)];
  expect([without.lessons, withThem.lessons]).toEqual([0, 1]);
  expect(withThem.ratings).not.toEqual(without.ratings);
  expect(without.validationRmse).toBeNull();
});
