/** A training that takes over units of another model: better with few ratings, whichever way they run; saved, and in folds. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { differences, identityOf } from '../../src/checkpoint/identity.ts';
import { crossValidate, type Options, type Review, SentimentModel } from '../../src/index.ts';
import { resolveOptions } from '../../src/options.ts';
import { readTransfer } from '../../src/saved/transfer.ts';
import { gatherReviews } from '../../src/text/review-corpus.ts';
import { tune } from '../../src/tuning/tune.ts';
import { madeUp } from '../made-up-reviews.ts';

const small: Partial<Options> = {
  hidden: [6],
  ngrams: 1,
  minDocumentFrequency: 3,
  pretrainEpochs: [2],
  epochs: 8,
  threads: 1,
  engine: 'wasm',
  wide: false,
  dropout: 0.2,
};

let folder: string;
let elders: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-transfer-'));
  elders = join(folder, 'elders');
  const options = { ...small, transfer: 'none', epochs: 30, learningRate: 0.01 };
  const model = await SentimentModel.train(madeUp(600, true, 5), { options });
  await model.save(elders, { inBytes: true });
  model.close();
});
afterAll(() => rm(folder, { recursive: true }));

const few = madeUp(15, true, 6);
const others = madeUp(300, false, 7);
const unseen = madeUp(300, true, 8);

/** RMSE on reviews that nobody learned from, with ratings as `turn` makes them. */
async function rmseWith(transfer: string, turn: (rating: number) => number): Promise<number> {
  const turned = (reviews: Review[]) => reviews.map((one) => ({ ...one, rating: turn(one.rating!) }));
  const options = { ...small, transfer };
  const model = await SentimentModel.train(turned(few), { options, unlabelled: others });
  const { rmse } = await model.evaluate(turned(unseen));
  model.close();
  return rmse;
}

test.each([
  ['the same stars', (rating: number) => rating],
  ['marks of which 1 is the best', (rating: number) => 6 - rating],
  ['a scale from 0 to 100', (rating: number) => 25 * (rating - 1)],
])('with 15 rated reviews, %s, the error is less than two thirds', async (_, turn) => {
  const [without, taken] = [await rmseWith('none', turn), await rmseWith(elders, turn)];
  expect(taken).toBeLessThan((2 / 3) * without);
});

test('the model says what it took over, and keeps all units in its folder', async () => {
  const rules: string[] = [];
  const model = await SentimentModel.train(few, {
    options: { ...small, transfer: elders },
    unlabelled: others,
    onProgress: ({ rule }) => rule !== undefined && rules.push(rule),
  });
  expect(rules).toContain('hidden units: 6 of the model elders beside 6 of its own ("transfer" to choose)');
  expect(model.training.transfer).toEqual({ model: 'elders', units: 6 });
  expect(model.options).toMatchObject({ hidden: [12], transfer: elders });
  const dir = join(folder, 'heir');
  await model.save(dir);
  expect(await readFile(join(dir, 'README.md'), 'utf8')).toContain(
    '; 6 of them began as units of the model elders |',
  );
  const texts = unseen.map(({ text }) => text);
  const loaded = await SentimentModel.load(dir, 'wasm');
  expect(loaded.predictMany(texts)).toEqual(model.predictMany(texts));
  expect(loaded.training.transfer).toEqual(model.training.transfer);
});

test('folds take over too, and give the same with two threads as with one', async () => {
  const reviews = madeUp(45, true, 9);
  const run = (threads: number, transfer = elders) =>
    crossValidate(reviews, { options: { ...small, folds: 3, threads, transfer }, keepPredictions: true });
  const [one, two, none] = [await run(1), await run(2), await run(1, 'none')];
  expect(two.tested!.predicted).toEqual(one.tested!.predicted);
  expect(one.baselines).toEqual(none.baselines);
  expect(one.rmse.pooled).toBeLessThan(0.8 * none.rmse.pooled);
});

test('units of a model with a linear head are taken over without it', async () => {
  const straight = join(folder, 'straight');
  const first = await SentimentModel.train(madeUp(100, true, 5), {
    options: { ...small, transfer: 'none', head: 'linear' },
  });
  await first.save(straight);
  first.close();
  const model = await SentimentModel.train(few, { options: { ...small, transfer: straight } });
  expect(model.training.transfer).toEqual({ model: 'straight', units: 6 });
  expect(model.predict('visit fine lovely').rating).toBeGreaterThan(0);
  model.close();
});

test('a scale of one level stays one', async () => {
  const same = few.map((one) => ({ ...one, rating: 4 }));
  const model = await SentimentModel.train(same, { options: { ...small, transfer: elders } });
  expect(model.predict('visit fine lovely').rating).toBe(4);
  model.close();
});

test('so does a search for options', async () => {
  const rmseOf = async (transfer: string): Promise<number> => {
    const options = { ...small, transfer };
    const dir = join(folder, `search with ${transfer === 'none' ? 'none' : 'elders'}`);
    const { best } = await tune(madeUp(45, true, 9), { options, dir, seconds: 0, trials: [1] });
    return best!.rmse!;
  };
  expect(await rmseOf(elders)).toBeLessThan(0.8 * (await rmseOf('none')));
});

test('a checkpoint is of the model that was there: with another of the same name a run does not go on', async () => {
  const options = resolveOptions({ ...small, transfer: elders });
  const corpus = await gatherReviews(few, options);
  const transfer = (await readTransfer(options))!;
  const [before, again] = [transfer, transfer].map((from) =>
    identityOf('train', options, 'wasm', corpus, { transfer: from }),
  );
  expect(differences(before, again)).toEqual([]);
  const other = { ...transfer, terms: [...transfer.terms].reverse() };
  expect(differences(before, identityOf('train', options, 'wasm', corpus, { transfer: other }))).toEqual([
    'the model to transfer from is another',
  ]);
});

test.each([
  ['nowhere', 'NO_SUCH_FILE'],
  [import.meta.filename, 'BAD_MODEL'],
])('%s to transfer from is refused before anything is read', async (transfer, code) => {
  const never: Iterable<Review> = {
    [Symbol.iterator]: () => {
      throw new Error('was read');
    },
  };
  const options = { ...small, transfer };
  await expect(SentimentModel.train(never, { options })).rejects.toMatchObject({ code });
  await expect(crossValidate(never, { options })).rejects.toMatchObject({ code });
});

test('the general model is found by its name, and nothing is asked for with "none"', async () => {
  const general = await readTransfer(resolveOptions({}));
  expect(general).toMatchObject({ name: 'general', layers: [{ units: 128 }, { inputs: 128, units: 5 }] });
  expect(general!.terms).toHaveLength(32_000);
  expect(await readTransfer(resolveOptions({ transfer: 'none' }))).toBeNull();
});
