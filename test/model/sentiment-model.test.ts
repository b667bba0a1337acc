import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Encoders, type Options, readReviews, SentimentModel } from '../../src/index.ts';

const corpus = (name: string): string => new URL(`../../corpora/${name}`, import.meta.url).pathname;
const texts = ['The soup was cold and the waiter rude.', 'A lovely evening, we will be back!', 'xyzzy', ''];
const small: Partial<Options> = { hidden: [20, 10], pretrainEpochs: [1], epochs: 2, vocabularySize: 600 };

let folder: string;
let model: SentimentModel;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-model-'));
  model = await SentimentModel.train(readReviews(corpus('restaurants.csv')), { options: small });
  await model.save(join(folder, 'model'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a loaded model predicts what the saved one did, to the bit', async () => {
  const loaded = await SentimentModel.load(join(folder, 'model'));
  expect(loaded.predictMany(texts)).toEqual(model.predictMany(texts));
  expect(loaded.options).toEqual(model.options);
  expect(loaded.training).toEqual(JSON.parse(JSON.stringify(model.training)));
});

test('a model saved again gives the same bytes', async () => {
  const loaded = await SentimentModel.load(join(folder, 'model'));
  await loaded.save(join(folder, 'again'));
  for (const name of ['model.safetensors', 'vocabulary.json', 'config.json', 'README.md']) {
    expect(await readFile(join(folder, 'again', name))).toEqual(await readFile(join(folder, 'model', name)));
  }
});

test('a model as data: threads get its weights without a copy of their own, and rate the same, to the bit', () => {
  const data = model.toData();
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(data);
  const received = receiveMessageOnPort(port2)!.message as typeof data;
  port1.close();
  expect(SentimentModel.fromData(received).predictMany(texts)).toEqual(model.predictMany(texts));
  expect(data.layers).toEqual(model.layerData());
  received.layers.forEach(({ weights, bias }, i) => {
    weights[0] = 42;
    bias[0] = 43;
    expect([data.layers[i].weights[0], data.layers[i].bias[0]]).toEqual([42, 43]);
  });
  expect(model.layerData()[0].weights[0]).not.toBe(42);
});

test('a text of unknown words gets a rating, and knownTerms says that it means nothing', () => {
  const { rating, distribution, knownTerms } = model.predict('xyzzy');
  expect(knownTerms).toBe(0);
  expect(rating).toBeGreaterThan(1);
  expect(rating).toBeLessThan(5);
  expect(distribution!.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
});

test('a rating does not depend on what is rated beside it', () => {
  expect(model.predictMany(texts).map(({ rating }) => rating)).toEqual(
    texts.map((text) => model.predict(text).rating),
  );
});

test('evaluate agrees with predictions compared by hand', async () => {
  const reviews = [
    { id: 'a', text: texts[0], rating: 1 },
    { id: 'b', text: texts[1], rating: 4 },
    { id: 'c', text: 'unrated', rating: null },
  ];
  const { rmse, mae, n } = await model.evaluate(reviews);
  const [a, b] = model.predictMany(texts).map(({ rating }) => rating);
  expect(n).toBe(2);
  expect(rmse).toBeCloseTo(Math.sqrt(((a - 1) ** 2 + (b - 4) ** 2) / 2), 10);
  expect(mae).toBeCloseTo((Math.abs(a - 1) + Math.abs(b - 4)) / 2, 10);
});

describe('a folder that is not what it should be is refused with a sentence', () => {
  const broken = async (change: (dir: string) => Promise<unknown>, load = SentimentModel.load) => {
    const dir = join(folder, 'broken');
    await rm(dir, { recursive: true, force: true });
    await cp(join(folder, 'model'), dir, { recursive: true });
    await change(dir);
    return load(dir).then(
      () => {
        throw new Error('was loaded');
      },
      (error: Error & { code: string }) => {
        expect(error.name, error.stack).toBe('StarlingError');
        return `${error.code}: ${error.message}`;
      },
    );
  };
  const edit = (name: string, from: string | RegExp, to: string) => async (dir: string) => {
    const path = join(dir, name);
    const before = await readFile(path, 'utf8');
    expect(before).not.toBe(before.replace(from, to));
    await writeFile(path, before.replace(from, to));
  };

  test('missing folder, file for a folder, empty folder', async () => {
    await expect(SentimentModel.load(join(folder, 'nowhere'))).rejects.toMatchObject({
      code: 'NO_SUCH_FILE',
    });
    await expect(SentimentModel.load(corpus('restaurants.csv'))).rejects.toMatchObject({ code: 'BAD_MODEL' });
    expect(await broken((dir) => rm(join(dir, 'config.json')))).toMatch(/BAD_MODEL: .* has no config.json/);
  });
  test('cut tensors', async () => {
    expect(await broken((dir) => truncate(join(dir, 'model.safetensors'), 1000))).toMatch(/damaged/);
  });
  test('a vocabulary of another model', async () => {
    expect(await broken(edit('vocabulary.json', '"soup"', '"soap"'))).toMatch(/from another model/);
  });
  test('a config that is no JSON, of another format, or from the future', async () => {
    expect(await broken((dir) => writeFile(join(dir, 'config.json'), '{'))).toMatch(/holds no JSON object/);
    expect(await broken(edit('config.json', 'starling-model', 'other'))).toMatch(/does not describe/);
    expect(await broken(edit('config.json', '"formatVersion": 1', '"formatVersion": 2'))).toMatch(
      /version 2/,
    );
  });
  test('options that do not fit the tensors', async () => {
    expect(await broken(edit('config.json', /"hidden": \[\s*20,/, '"hidden": [21,'))).toMatch(
      /has the shape \[600, 20\], expected \[600, 21\]/,
    );
    expect(await broken(edit('config.json', '"activation": "rectifier"', '"activation": "relu"'))).toMatch(
      /"activation" is "relu"/,
    );
  });
  test('encoders for a model', async () => {
    const encoders = await Encoders.pretrain(readReviews(corpus('restaurants.csv')), { options: small });
    await encoders.save(join(folder, 'encoders'));
    await expect(SentimentModel.load(join(folder, 'encoders'))).rejects.toThrow(
      /holds pre-trained encoders, expected a trained model/,
    );
  });
});

test.each([
  ['nativ', '"nativ"'],
  [{ engine: 'wasm' }, '{"engine":"wasm"}'],
])('an engine that is none is refused with a sentence: %j', async (engine, shown) => {
  await expect(SentimentModel.load(join(folder, 'model'), engine as 'wasm')).rejects.toMatchObject({
    code: 'BAD_OPTION',
    message: `load: "engine" is ${shown}, expected one of auto, native, wasm, reference, tfjs`,
  });
});

test('saved encoders train the same network as those in memory', async () => {
  const encoders = await Encoders.pretrain(readReviews(corpus('restaurants-unrated.csv')), {
    options: { ...small, hidden: [12] },
  });
  await encoders.save(join(folder, 'saved'));
  const train = (with_: Encoders) =>
    SentimentModel.train(readReviews(corpus('restaurants.csv')), {
      options: { ...small, hidden: [12] },
      encoders: with_,
    });
  const [a, b] = [await train(encoders), await train(await Encoders.load(join(folder, 'saved')))];
  expect(a.predictMany(texts)).toEqual(b.predictMany(texts));
});

test('a place that holds something else is not overwritten', async () => {
  const dir = join(folder, 'mine');
  await cp(corpus('restaurants.csv'), join(dir, 'thesis.csv'));
  await expect(model.save(dir)).rejects.toMatchObject({ code: 'CANNOT_WRITE' });
  await expect(model.save(join(dir, 'thesis.csv'))).rejects.toMatchObject({ code: 'CANNOT_WRITE' });
  expect(await readdir(dir)).toEqual(['thesis.csv']);
});

test('a save over an older model replaces it and leaves nothing beside it', async () => {
  await model.save(join(folder, 'model'));
  expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('the model that comes along rates restaurant reviews, and its golden predictions stand', async () => {
  const shipped = await SentimentModel.load(new URL('../../models/restaurants', import.meta.url).pathname);
  const ratings = shipped.predictMany(texts).map(({ rating }) => rating);
  expect(ratings[1] - ratings[0]).toBeGreaterThan(1);
  // A model of the first release means the same in every later one, up to the rounding of the engine at hand.
  for (const [i, rating] of [2.319414, 3.61992, 3.447261, 3.447261].entries())
    expect(ratings[i]).toBeCloseTo(rating, 4);
});
