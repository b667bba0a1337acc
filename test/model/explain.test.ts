/** Explanations by a trained model, over the reviews of the sample corpus. */
import { beforeAll, expect, test } from 'vitest';
import { collectReviews, readReviews, SentimentModel } from '../../src/index.ts';

const corpus = new URL('../../corpora/restaurants.csv', import.meta.url).pathname;
const sum = (values: readonly { readonly contribution: number }[]): number =>
  values.reduce((total, { contribution }) => total + contribution, 0);

let texts: string[];
let model: SentimentModel;

beforeAll(async () => {
  texts = (await collectReviews(readReviews(corpus))).slice(0, 1000).map(({ text }) => text);
  model = await SentimentModel.train(readReviews(corpus), {
    options: {
      ngrams: 2,
      vocabularySize: 3000,
      hidden: [60, 20],
      pretrainEpochs: [1],
      epochs: 5,
      learningRate: 0.003,
      threads: 1,
    },
  });
});

test('over 1,000 reviews base + contributions is the predicted rating within 1e-5', () => {
  expect(texts.length).toBe(1000);
  const predictions = model.predictMany(texts);
  let [worst, spread] = [0, 0];
  texts.forEach((text, i) => {
    const { base, contributions, words, distribution } = model.explain(text);
    const { rating } = predictions[i];
    // Math.max keeps NaN, which no bound allows.
    worst = Math.max(
      worst,
      Math.abs(base + sum(contributions) - rating),
      Math.abs(base + sum(words) - rating),
    );
    predictions[i].distribution!.forEach((share, k) => {
      worst = Math.max(worst, Math.abs(share - distribution![k]));
    });
    spread = Math.max(spread, Math.abs(rating - base));
    expect(contributions.length).toBe(predictions[i].knownTerms);
  });
  expect(worst).toBeLessThan(1e-5);
  expect(spread).toBeGreaterThan(0.5);
});

test('over 1,000 reviews bias + contributions is the value of each output within 1e-6', () => {
  for (const text of texts) {
    for (const { bias, contributions, value } of model.explain(text).perLevel!) {
      const total = contributions.reduce((a, b) => a + b, bias);
      expect(Math.abs(total - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)));
    }
  }
});

test('terms come by falling magnitude, each with all its places in the text', () => {
  const text = 'THE FOOD came fast. Good food, t&#104;e food, the <b>food</b>!';
  const { contributions } = model.explain(text);
  const sizes = contributions.map(({ contribution }) => Math.abs(contribution));
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  const places = (wanted: string): string[] =>
    contributions.find(({ term }) => term === wanted)!.places.map(({ start, end }) => text.slice(start, end));
  expect(places('the food')).toEqual(['THE FOOD', 't&#104;e food', 'the <b>food']);
  expect(places('food')).toEqual(['FOOD', 'food', 'food', 'food']);
  expect(places('!')).toEqual(['!']);
});

test('a model with pairs shows the negation at work: "not good" takes back more than "good" gives', async () => {
  const about = ['the food', 'our table', 'the soup', 'service here'];
  const said = { good: 5, 'not good': 2, bad: 1, 'not bad': 4, 'very good': 5, 'not at all what I like': 2 };
  const reviews = Array.from({ length: 20 }, () => about).flatMap((things, i) =>
    things.flatMap((thing) =>
      Object.entries(said).map(([what, rating]) => ({ id: `${i}`, text: `${thing} was ${what}`, rating })),
    ),
  );
  const pairs = await SentimentModel.train(reviews, {
    options: {
      ngrams: 2,
      hidden: [30],
      pretrain: false,
      epochs: 40,
      learningRate: 0.003,
      validation: 0,
      threads: 1,
    },
  });
  const { rating, contributions } = pairs.explain('The food was not good');
  const of = (wanted: string): number => contributions.find(({ term }) => term === wanted)!.contribution;
  expect(of('good')).toBeGreaterThan(0);
  expect(of('not good')).toBeLessThan(-of('good'));
  expect(rating).toBeLessThan(3);
});

test('words that the model does not know contribute nothing and are named once, in order', () => {
  const { words, unknownWords } = model.explain('Xyzzy soup, PLUGH and xyzzy');
  expect(unknownWords).toEqual(['xyzzy', 'plugh']);
  expect(words.map(({ known }) => known)).toEqual([false, true, false, true, false]);
  for (const { known, contribution } of words) if (!known) expect(contribution).toBe(0);
});
