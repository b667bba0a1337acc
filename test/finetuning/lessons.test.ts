/** Unrated rows in the training of one network: those that it is asked to rate, and those that it learns from. */
import { describe, expect, test } from 'vitest';
import { fitNetwork, type Unrated } from '../../src/finetuning/fit.ts';
import { createEngine } from '../../src/kernels/node-engine.ts';
import { exportLayer } from '../../src/network/network.ts';
import { predictOnce } from '../../src/network/predict.ts';
import { type Options, resolveOptions } from '../../src/options.ts';
import { learnEncoders } from '../../src/pretraining/encoders.ts';
import { RandomStream } from '../../src/random.ts';
import { gatherReviews, type ReviewCorpus } from '../../src/text/review-corpus.ts';
import { rmse } from './helpers.ts';

const RATED = 60;
/** Of the first half of the rated reviews, and of the second. */
const words = [
  ['awful', 'poor', 'plain', 'good', 'great'],
  ['dreadful', 'weak', 'usual', 'nice', 'superb'],
];
const rated = Array.from({ length: RATED }, (_, i) => ({
  text: `${words[i < RATED / 2 ? 0 : 1][i % 5]} soup own${i}`,
  rating: 1 + (i % 5),
}));
const unrated = Array.from({ length: 40 }, (_, i) => ({ text: i % 2 ? 'splendid' : 'dismal', rating: null }));
/** The unrated ones first, so that a rated review's row is not its place among the rated ones. */
const reviews = [...unrated, ...rated].map((review, i) => ({ id: `${i}`, ...review }));
const textOf = ({ text }: { readonly text: string }): string => text;

async function train(ask: (corpus: ReviewCorpus) => Unrated, given: Partial<Options> = {}) {
  const options = resolveOptions({
    ngrams: 1,
    minDocumentFrequency: 1,
    hidden: [],
    epochs: 3,
    learningRate: 0.05,
    threads: 1,
    ...given,
  });
  const engine = createEngine(1, 'wasm');
  const corpus = await gatherReviews(reviews, options);
  const stream = RandomStream.fromSeed(1);
  const all = Int32Array.from(reviews, (_, row) => row);
  const encoders = await learnEncoders(engine, corpus, all, options, stream);
  const fitted = await fitNetwork(
    engine,
    corpus,
    corpus.rated,
    encoders,
    options,
    stream,
    undefined,
    undefined,
    undefined,
    ask(corpus),
  );
  const rate = (texts: string[]) =>
    predictOnce(engine, fitted.network, fitted.head, 16, encoders.vectorizer.transform(texts)).ratings;
  return { fitted, rate, corpus, bytes: exportLayer(fitted.network.head) };
}

describe('rows to rate', () => {
  test('are rated before the network has seen the reviews set aside, and after', async () => {
    const { fitted, rate } = await train(({ rated }) => ({ toRate: rated }));
    const { rows, first, last } = fitted.lessons!;
    expect(rows.length).toBe(RATED);
    const aside = Array.from(fitted.validationRows, (row) => rows.indexOf(row));
    expect(aside.length).toBe(6);
    expect(aside.map((i) => first[i])).toEqual([...fitted.validated.ratings]);
    expect(last).toEqual(rate(rated.map(textOf)));
    expect(last).not.toEqual(first);
  });

  test('are rated once where it is trained once', async () => {
    const { fitted, rate } = await train(({ unrated }) => ({ toRate: unrated }), { validation: 0 });
    const { first, last } = fitted.lessons!;
    expect(first).toEqual(rate(unrated.map(textOf)));
    expect(last).toEqual(first);
  });

  test('are none unless they are given', async () => {
    expect((await train(() => ({}))).fitted.lessons).toBeNull();
  });
});

describe('lessons', () => {
  type Ratings = readonly [dismal: number, splendid: number];
  const lessons = (first: Ratings, last: Ratings) => (corpus: ReviewCorpus) => {
    const ratings = (of: Ratings): Float64Array => Float64Array.from(corpus.unrated, (_, i) => of[i % 2]);
    return { lessons: { rows: corpus.unrated, first: ratings(first), last: ratings(last) } };
  };

  test('teach the words that they hold, beside what rated reviews teach', async () => {
    const { rate } = await train(lessons([2, 4.5], [2, 4.5]));
    const [dismal, splendid, unknown] = rate(['dismal', 'splendid', 'xyzzy']);
    expect(dismal).toBeLessThan(unknown - 0.3);
    expect(splendid).toBeGreaterThan(unknown + 0.3);
    const ratings = rated.map(({ rating }) => rating);
    expect(rmse(rate(rated.map(textOf)), ratings)).toBeLessThan(0.5);
  });

  test('have their first ratings in the first training, and the last ones in the second', async () => {
    const [same, turned] = [await train(lessons([2, 4.5], [2, 4.5])), await train(lessons([2, 4.5], [5, 1]))];
    expect(turned.fitted.record).toEqual(same.fitted.record);
    const [dismal, splendid] = turned.rate(['dismal', 'splendid']);
    expect(dismal).toBeGreaterThan(splendid + 0.6);
  });

  test('make minibatches larger, so that an epoch has 64: of 9 reviews here, unless fewer were asked for', async () => {
    const [eight, nine, asMany] = await Promise.all(
      [8, 9, 64].map((batchSize) => train(lessons([2, 4.5], [2, 4.5]), { batchSize })),
    );
    expect(nine.bytes).toEqual(asMany.bytes);
    expect(eight.bytes).not.toEqual(asMany.bytes);
  });
});
