/** What a model knows, compared with what it does: its predictions, its explanations, its weights. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Review } from '../../src/corpus/review.ts';
import type { ModelInspection } from '../../src/explanation/knowledge.ts';
import { SentimentModel } from '../../src/index.ts';
import { RandomStream } from '../../src/random.ts';

const words = ['lovely', 'great', 'tasty', 'awful', 'cold', 'rude', 'soup', 'staff', 'table', 'and', 'odd'];
const stream = RandomStream.fromSeed(2);
const reviews: Review[] = Array.from({ length: 120 }, (_, i) => {
  const chosen = words.filter((_, w) => stream.uniform(i * words.length + w) < 0.35);
  const good = chosen.filter((word) => words.indexOf(word) < 3).length;
  const bad = chosen.filter((word) => ['awful', 'cold', 'rude'].includes(word)).length;
  const rating = i % 7 === 0 ? null : Math.min(5, Math.max(1, 3 + good - bad));
  return { id: `${i}`, text: chosen.join(' '), rating };
});
const texts = reviews.map(({ text }) => text);

let model: SentimentModel;
let inspection: ModelInspection;

beforeAll(async () => {
  model = await SentimentModel.train(reviews, {
    options: {
      ngrams: 1,
      hidden: [70, 9],
      activation: 'rectifier',
      pretrain: false,
      wide: false,
      epochs: 15,
      learningRate: 0.01,
      validation: 0,
      threads: 1,
    },
  });
  inspection = await model.inspect({ reviews, terms: ['Great'], listed: 4 });
});

test('the effect of a term is the rating of that term alone less that of an empty review', () => {
  const base = model.predict('').rating;
  const effects = words
    .filter((word) => model.predict(word).knownTerms === 1)
    .map((term) => ({ term, effect: model.predict(term).rating - base }))
    .sort((a, b) => b.effect - a.effect);
  expect(inspection.base).toBe(base);
  const plain = (list: ModelInspection['positive']) => list.map(({ term, effect }) => ({ term, effect }));
  expect(plain(inspection.positive)).toEqual(effects.slice(0, 4).filter(({ effect }) => effect > 0));
  expect(plain(inspection.negative)).toEqual(
    effects
      .slice(-4)
      .reverse()
      .filter(({ effect }) => effect < 0),
  );
  expect(inspection.positive[0].term).toMatch(/lovely|great|tasty/);
  expect(inspection.negative[0].term).toMatch(/awful|cold|rude/);
});

test('near terms are those with the largest cosine of their first weights, within 1e-6, without the term itself', () => {
  const [{ weights, units }] = model.layerData();
  const { terms } = model.vectorizer.vocabulary;
  const row = (term: string): Float32Array =>
    weights.subarray(terms.indexOf(term) * units, (terms.indexOf(term) + 1) * units);
  const dot = (a: Float32Array, b: Float32Array): number =>
    a.reduce((sum, value, k) => sum + value * b[k], 0);
  const cosine = (a: string, b: string): number =>
    dot(row(a), row(b)) / Math.sqrt(dot(row(a), row(a)) * dot(row(b), row(b)));
  const wanted = terms
    .filter((term) => term !== 'great')
    .map((term) => ({ term, similarity: cosine('great', term) }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, 4);
  const [{ term, nearest }] = inspection.near;
  expect(term).toBe('Great');
  expect(nearest.map((near) => near.term)).toEqual(wanted.map((near) => near.term));
  nearest.forEach(({ similarity }, i) => {
    expect(Math.abs(similarity - wanted[i].similarity)).toBeLessThan(1e-6);
  });
});

test('a term that the model does not know is refused, with one that it does', async () => {
  await expect(model.inspect({ terms: ['lovly'] })).rejects.toMatchObject({
    code: 'BAD_OPTION',
    hint: 'Did you mean "lovely"?',
  });
});

describe('the units', () => {
  test('are active as often as the explanations of the same reviews say, and dead when none does', () => {
    const explained = texts.map((text) => model.explain(text, { units: true }).activeUnits);
    expect(inspection.reviews).toBe(reviews.length);
    inspection.layers.forEach(({ units, deadUnits, mostUsed }, l) => {
      const share = Array.from(
        { length: units },
        (_, unit) => explained.filter((layers) => layers[l].units!.includes(unit)).length / texts.length,
      );
      const order = [...share].sort((a, b) => b - a);
      expect(units).toBe([70, 9][l]);
      expect(deadUnits).toEqual([...share.keys()].filter((unit) => share[unit] === 0));
      expect(mostUsed.map(({ active }) => active)).toEqual(order.slice(0, 4));
      for (const { unit, active } of mostUsed) expect(active).toBeCloseTo(share[unit], 12);
    });
  });

  test('of the first layer are raised by the terms with their largest weights, within 1e-6', () => {
    const [{ weights, units }] = model.layerData();
    const { terms } = model.vectorizer.vocabulary;
    for (const { unit, raisedBy, loweredBy } of inspection.layers[0].mostUsed) {
      const drives = terms
        .map((term, t) => ({ term, by: weights[t * units + unit] }))
        .sort((a, b) => b.by - a.by);
      const highest = drives.slice(0, 4).filter(({ by }) => by > 0);
      const lowest = drives
        .slice(-4)
        .reverse()
        .filter(({ by }) => by < 0);
      for (const [got, wanted] of [
        [raisedBy, highest],
        [loweredBy, lowest],
      ]) {
        expect(got.map(({ term }) => term)).toEqual(wanted.map(({ term }) => term));
        got.forEach(({ by }, i) => {
          expect(Math.abs(by - wanted[i].by)).toBeLessThan(1e-6);
        });
      }
    }
  });

  test('are measured in reviews of one term each where there are no others, each as often as the term occurs', async () => {
    const { reviews: measured, layers, calibration } = await model.inspect();
    const { terms, documentFrequency } = model.vectorizer.vocabulary;
    const total = documentFrequency.reduce((a, b) => a + b, 0);
    const explained = terms.map((term) => model.explain(term, { units: true }).activeUnits);
    expect([measured, calibration]).toEqual([null, null]);
    layers.forEach(({ mostUsed, deadUnits }, l) => {
      for (const { unit, active } of mostUsed) {
        const weight = documentFrequency
          .filter((_, t) => explained[t][l].units!.includes(unit))
          .reduce((a, b) => a + b, 0);
        expect(active).toBeCloseTo(weight / total, 12);
      }
      for (const unit of deadUnits) {
        expect(explained.some((layer) => layer[l].units!.includes(unit))).toBe(false);
      }
    });
  });
});

test('the calibration is that of the predictions on the rated reviews', () => {
  const rated = reviews.filter(({ rating }) => rating !== null);
  const predictions = rated.map(({ text }) => model.predict(text).distribution!);
  const { calibration } = inspection;
  expect(calibration!.reviews).toBe(rated.length);
  calibration!.levels.forEach(({ level, predicted, actual }, k) => {
    expect(level).toBe(model.levels[k]);
    expect(predicted).toBeCloseTo(predictions.reduce((sum, p) => sum + p[k], 0) / rated.length, 9);
    expect(actual).toBeCloseTo(rated.filter(({ rating }) => rating === level).length / rated.length, 12);
  });
});
