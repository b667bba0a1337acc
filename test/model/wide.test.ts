/** A model with a linear model beside its network, in use: kept on disk, explained, refused when it is damaged. */
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readReviews, SentimentModel } from '../../src/index.ts';

const corpus = new URL('../../corpora/restaurants.csv', import.meta.url).pathname;
const texts = [
  'The soup was cold and the waiter rude, we will never be back.',
  'A lovely evening, friendly staff, and not too dear!',
  'xyzzy plugh',
  '',
];

let folder: string;
let model: SentimentModel;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-wide-'));
  const options = { hidden: [20], pretrainEpochs: [1], epochs: 3, vocabularySize: 300, threads: 1 };
  model = await SentimentModel.train(readReviews(corpus), { options });
  await model.save(join(folder, 'model'));
});
afterAll(() => rm(folder, { recursive: true }));

test('knows the share, the terms and what each part is worth alone', () => {
  const { share, terms, validationRmse, networkRmse } = model.training.wide!;
  expect(share).toBeGreaterThan(0);
  expect(share).toBeLessThan(1);
  expect(terms).toBeGreaterThan(300);
  expect(model.training.history.map((epoch) => epoch.validationRmse)).toContain(networkRmse);
  expect(model.training.validationRmse).toBeLessThan(Math.max(validationRmse!, networkRmse!));
});

test('a loaded model has both, and rates as the saved one did, to the bit', async () => {
  const loaded = await SentimentModel.load(join(folder, 'model'));
  expect(loaded.predictMany(texts)).toEqual(model.predictMany(texts));
  expect(loaded.explain(texts[0])).toEqual(model.explain(texts[0]));
  expect(loaded.toData().wide!.share).toBe(model.training.wide!.share);
  const card = await readFile(join(folder, 'model', 'README.md'), 'utf8');
  expect(card).toContain('beside the network | a linear model on ');
});

describe('an explanation', () => {
  test('is an exact sum for the rating of both together', () => {
    for (const text of texts) {
      const { rating, base, contributions, words, distribution, wideShare } = model.explain(text);
      const predicted = model.predict(text);
      expect(rating).toBeCloseTo(predicted.rating, 5);
      distribution!.forEach((p, k) => {
        expect(p).toBeCloseTo(predicted.distribution![k], 5);
      });
      const sum = contributions.reduce((total, { contribution }) => total + contribution, base);
      expect(Math.abs(sum - rating)).toBeLessThan(1e-9);
      const byWords = words.reduce((total, { contribution }) => total + contribution, base);
      expect(Math.abs(byWords - rating)).toBeLessThan(1e-9);
      expect(wideShare).toBe(model.training.wide!.share);
    }
  });

  test('lists each term once, the strongest first, with terms that only the linear model knows', () => {
    const { contributions, perLevel, unknownWords } = model.explain(texts[0]);
    const terms = contributions.map(({ term }) => term);
    expect(new Set(terms).size).toBe(terms.length);
    const sizes = contributions.map(({ contribution }) => Math.abs(contribution));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    const network = new Set(model.vectorizer.vocabulary.terms);
    const onlyWide = terms.flatMap((term, i) => (network.has(term) ? [] : [i]));
    expect(onlyWide.length).toBeGreaterThan(0);
    // The sums of the network, output by output, are as exact as before; what it does not read adds nothing.
    for (const { bias, contributions: parts, value } of perLevel!) {
      expect(parts).toHaveLength(terms.length);
      for (const i of onlyWide) expect(parts[i]).toBe(0);
      expect(parts.reduce((total, part) => total + part, bias)).toBeCloseTo(value, 9);
    }
    expect(unknownWords).toEqual([]);
    expect(model.explain(texts[2]).unknownWords).toEqual(['xyzzy', 'plugh']);
  });
});

test('an inspection is of both together: a word alone against no words', async () => {
  const { base, positive, negative } = await model.inspect({ listed: 200 });
  expect(base).toBe(model.predict('').rating);
  const single = [...positive, ...negative].filter(({ term }) => !term.includes(' '));
  expect(single.length).toBeGreaterThan(10);
  // A value of 1 is rounded when it is computed from a count.
  for (const { term, effect } of single) expect(effect).toBeCloseTo(model.predict(term).rating - base, 6);
});

describe('a damaged description of the linear model is refused', () => {
  test.each([
    ['no object', 3, '"wide" is no object'],
    ['no share', { options: {} }, '"wide" has no share from 0 to 1'],
    ['a share beyond 1', { share: 1.5, options: {} }, '"wide" has no share from 0 to 1'],
    ['a hidden layer', { share: 0.5, options: { hidden: [3] } }, '"wide" does not fit the network'],
    ['other words', { share: 0.5, options: { hidden: [], stem: true } }, '"wide" does not fit the network'],
    [
      'another head',
      { share: 0.5, options: { hidden: [], head: 'linear' } },
      '"wide" does not fit the network',
    ],
  ])('%s', async (name, wide, message) => {
    const dir = join(folder, name.replaceAll(' ', '-'));
    await cp(join(folder, 'model'), dir, { recursive: true });
    const config = JSON.parse(await readFile(join(dir, 'config.json'), 'utf8'));
    await writeFile(join(dir, 'config.json'), JSON.stringify({ ...config, wide }));
    await expect(SentimentModel.load(dir)).rejects.toMatchObject({
      code: 'BAD_MODEL',
      message: expect.stringContaining(message),
    });
  });

  test('a vocabulary without its terms', async () => {
    const dir = join(folder, 'no-terms');
    await cp(join(folder, 'model'), dir, { recursive: true });
    const { wide: _, ...vocabulary } = JSON.parse(await readFile(join(dir, 'vocabulary.json'), 'utf8'));
    await writeFile(join(dir, 'vocabulary.json'), JSON.stringify(vocabulary));
    const config = JSON.parse(await readFile(join(dir, 'config.json'), 'utf8'));
    const sum = createHash('sha256').update(JSON.stringify(vocabulary)).digest('hex');
    config.sha256['vocabulary.json'] = sum;
    await writeFile(join(dir, 'config.json'), JSON.stringify(config));
    await expect(SentimentModel.load(dir)).rejects.toMatchObject({ code: 'BAD_MODEL' });
  });
});
