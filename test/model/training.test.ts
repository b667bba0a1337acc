/**
 * What a training keeps and says of itself, on a few short reviews: which rows it is made of, what it is told and tells, what
 * stands in the folder. That models rate, load and refuse: sentiment-model.test.ts and wide.test.ts.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rootMeanSquaredError } from '../../src/metrics.ts';
import { Encoders } from '../../src/model/encoders.ts';
import { SentimentModel } from '../../src/model/sentiment-model.ts';
import type { Options } from '../../src/options.ts';
import type { Progress } from '../../src/progress.ts';

const words = ['awful', 'cold', 'plain', 'fine', 'lovely'];
const rated = Array.from({ length: 60 }, (_, i) => ({
  id: `${i}`,
  text: `visit${i % 3} was ${words[i % 5]} and ${words[(i * i) % 5]}`,
  rating: 1 + (i % 5),
}));
const unrated = Array.from({ length: 9 }, (_, i) => ({
  id: `u${i}`,
  text: `evening was ${words[i % 5]} but ${words[(i + 2) % 5]}`,
  rating: null,
}));
const options: Partial<Options> = {
  transfer: 'none',
  ...{ hidden: [3], epochs: 2, minDocumentFrequency: 1, wide: false, pretrainEpochs: [1] },
  ...{ threads: 1, seed: 3, engine: 'wasm' },
};
const texts = ['the visit1 was lovely', 'awful and cold', ''];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-training-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a training', () => {
  test('says what it learned from, and keeps what it predicted for the validation part where it is asked to', async () => {
    const events: Progress[] = [];
    const settings = { options, unlabelled: unrated, onProgress: (event: Progress) => events.push(event) };
    const model = await SentimentModel.train(rated, { ...settings, keepPredictions: true });
    const { training, validation } = model;
    expect(training).toMatchObject({ rated: 60, unrated: 9, wide: null });
    expect(training.terms).toBe(model.vectorizer.vocabulary.terms.length);
    expect(model.vectorizer.vocabulary.terms).toContain('evening');
    expect(training.history).toHaveLength(2);
    expect(training.validationRmse).toBe(training.history[training.bestEpoch - 1].validationRmse);
    expect(training.sparsity.hidden).toHaveLength(1);
    expect(training.seconds).toBeGreaterThan(0);
    expect(training.seconds).toBeLessThan(60);
    const { rows, predicted, actual, calibration } = validation!;
    expect(rows.length).toBeGreaterThan(0);
    expect([...actual]).toEqual(Array.from(rows, (row) => rated[row].rating));
    expect(rootMeanSquaredError(predicted, actual)).toBe(training.validationRmse);
    expect(calibration!.levels.map(({ level }) => level)).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(events.map(({ phase }) => phase))).toEqual(new Set(['pretrain', 'finetune', 'refit']));
    const { n, sparsity } = await model.evaluate(rated);
    expect([n, sparsity]).toEqual([
      60,
      {
        input: expect.closeTo(training.sparsity.input, 12),
        hidden: [expect.closeTo(training.sparsity.hidden[0], 12)],
      },
    ]);
    model.close();
  });

  test('keeps no predictions unless it is asked to, nor without a validation part', async () => {
    expect((await SentimentModel.train(rated, { options })).validation).toBeNull();
    const few = rated.slice(0, 5);
    const model = await SentimentModel.train(few, { options, keepPredictions: true });
    expect([model.validation, model.training.validationRmse]).toEqual([null, null]);
  });

  test('pre-trains its own encoders: from all reviews, as Encoders.pretrain does', async () => {
    const own = await SentimentModel.train(rated, { options, unlabelled: unrated });
    const encoders = await Encoders.pretrain([...rated, ...unrated], { options });
    const events: Progress[] = [];
    const onProgress = (event: Progress): number => events.push(event);
    const given = await SentimentModel.train(rated, { options, encoders, unlabelled: unrated, onProgress });
    expect(given.layerData()).toEqual(own.layerData());
    expect(events.some(({ phase }) => phase === 'pretrain')).toBe(false);
  });

  test('says in its options the epochs of pre-training that a rule chose', async () => {
    const model = await SentimentModel.train(rated, { options: { ...options, pretrainEpochs: [] } });
    expect(model.options.pretrainEpochs).toEqual([60]);
  });

  test('computes with the engine that it is told', async () => {
    const model = await SentimentModel.train(rated.slice(0, 10), {
      options: { ...options, engine: 'reference' },
    });
    expect(model.toData().engine).toBe('reference');
  });

  test('is on the scale that it is given', async () => {
    const model = await SentimentModel.train(rated, { options, levels: [0, 5, 10] });
    expect(model.levels).toEqual([0, 5, 10]);
    expect(model.predict(texts[0]).distribution).toHaveLength(3);
  });

  test('lets its linear model learn from unrated reviews, too, where they are many', async () => {
    const rules: string[] = [];
    const model = await SentimentModel.train(rated.slice(0, 3), {
      options: { ...options, wide: true, validation: 0 },
      unlabelled: unrated,
      onProgress: ({ rule }) => rules.push(rule ?? ''),
    });
    expect(rules).toContainEqual(expect.stringContaining('learns again, from 9 unrated reviews'));
    expect(model.training.wide).not.toBeNull();
  });

  test('goes on from its checkpoint, in pre-training and in fine-tuning, to the same bytes', async () => {
    const whole = (await SentimentModel.train(rated, { options })).layerData();
    for (const phase of ['pretrain', 'finetune']) {
      const dir = join(folder, `checkpoint-${phase}`);
      const stop = new AbortController();
      const checkpoint = { dir, everySeconds: 0, signal: stop.signal };
      const onProgress = (event: Progress): void => {
        if (event.phase === phase && event.fraction > 0) stop.abort();
      };
      const stopped = SentimentModel.train(rated, { options, checkpoint, onProgress });
      await expect(stopped).rejects.toMatchObject({ code: 'INTERRUPTED' });
      expect(await readFile(join(dir, 'run.json'), 'utf8')).toContain('"run": "train"');
      const events: Progress[] = [];
      const resumed = await SentimentModel.train(rated, {
        ...{ options, checkpoint: { dir, resume: true } },
        onProgress: (event) => events.push(event),
      });
      expect(resumed.layerData()).toEqual(whole);
      if (phase === 'finetune') {
        expect(events.filter((event) => event.phase === 'pretrain' && event.epochEnd)).toEqual([]);
      }
    }
  });
});

describe('a model with a linear model beside its network', () => {
  const trained = SentimentModel.train(rated, {
    options: { ...options, wide: true, wideVocabularySize: 20, vocabularySize: 8 },
  });

  test('says the share, the terms and the figures of each in its training', async () => {
    const { training } = await trained;
    const { share, terms, networkRmse } = training.wide!;
    expect(share).toBeGreaterThan(0);
    expect(terms).toBeGreaterThan(training.terms);
    expect(networkRmse).toBe(training.history[training.bestEpoch - 1].validationRmse);
  });

  test('keeps both in its folder and in its data', async () => {
    const model = await trained;
    const dir = join(folder, 'wide');
    await model.save(dir);
    const config = JSON.parse(await readFile(join(dir, 'config.json'), 'utf8'));
    expect(config.wide.share).toBe(model.training.wide!.share);
    expect(config.wide.options).toMatchObject({ hidden: [], vocabularySize: 20 });
    expect(config.head.levels).toEqual([1, 2, 3, 4, 5]);
    const loaded = await SentimentModel.load(dir, 'wasm');
    expect(loaded.predictMany(texts)).toEqual(model.predictMany(texts));
    expect(loaded.validation).toBeNull();
    const data = model.toData();
    expect([data.engine, data.wide!.options.vocabularySize, data.wide!.layers.length]).toEqual([
      'wasm',
      20,
      1,
    ]);
    const copy = SentimentModel.fromData(structuredClone(data));
    expect(copy.predictMany(texts)).toEqual(model.predictMany(texts));
    expect(copy.toData().wide!.options).toEqual(data.wide!.options);
  });
});

describe('evaluate', () => {
  test('rates many reviews in parts, and weighs each part by its reviews', async () => {
    const model = await SentimentModel.train(rated, { options });
    // Longer reviews at the end, so that the last part is not like the first.
    const known = Array.from({ length: 4100 }, (_, i) =>
      i < 4096 ? rated[i % 60] : { ...rated[i % 60], text: words.join(' ') },
    );
    const { n, rmse, sparsity } = await model.evaluate([...known.slice(0, 7), ...unrated, ...known.slice(7)]);
    expect(n).toBe(4100);
    const all = model.rateTexts(known.map(({ text }) => text));
    const squares = all.ratings.reduce((sum, rating, i) => sum + (rating - known[i].rating) ** 2, 0);
    expect(rmse).toBeCloseTo(Math.sqrt(squares / 4100), 10);
    expect(sparsity.input).toBeCloseTo(all.sparsity.input, 10);
    expect(sparsity.hidden).toEqual([expect.closeTo(all.sparsity.hidden[0], 10)]);
  });

  test('without a rated review is refused', async () => {
    const model = await SentimentModel.train(rated, { options });
    await expect(model.evaluate(unrated)).rejects.toMatchObject({
      code: 'NOT_ENOUGH_DATA',
      message: 'no review is rated, so there is nothing to compare with',
      hint: 'Name the rating column with --rating.',
    });
  });
});
