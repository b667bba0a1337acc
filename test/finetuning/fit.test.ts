/** From rated reviews to a network: what it is given, what it refuses, and that it learns what the words say. */
import { describe, expect, test } from 'vitest';
import type { Review } from '../../src/corpus/review.ts';
import type { StarlingError } from '../../src/errors.ts';
import { type Fitted, fitNetwork } from '../../src/finetuning/fit.ts';
import { createEngine } from '../../src/kernels/node-engine.ts';
import { Workspace } from '../../src/network/forward.ts';
import { exportLayer } from '../../src/network/network.ts';
import { predictRows } from '../../src/network/predict.ts';
import { type Options, resolveOptions } from '../../src/options.ts';
import { type EncoderData, learnEncoders } from '../../src/pretraining/encoders.ts';
import { RandomStream } from '../../src/random.ts';
import { gatherReviews } from '../../src/text/review-corpus.ts';
import { Vectorizer } from '../../src/text/vectorizer.ts';
import { rmse } from './helpers.ts';

const engine = createEngine();
const GOOD = ['lovely', 'superb', 'fresh', 'charming', 'generous', 'tasty'];
const BAD = ['stale', 'rude', 'bland', 'noisy', 'greasy', 'slow'];
const OTHER = ['table', 'waiter', 'soup', 'evening', 'friend', 'menu', 'window', 'bread'];

/** Reviews of ten words; the stars are 3 + good words - bad words, from 1 to 5. */
function reviews(count: number, seed: number): Review[] {
  const stream = RandomStream.fromSeed(seed);
  return Array.from({ length: count }, (_, r) => {
    const words = Array.from({ length: 10 }, (_word, i) => {
      const list = [GOOD, BAD, OTHER, OTHER, OTHER][stream.integer(20 * r + i, 5)];
      return list[stream.split('word').integer(20 * r + i, list.length)];
    });
    const balance = words.reduce((sum, w) => sum + (GOOD.includes(w) ? 1 : BAD.includes(w) ? -1 : 0), 0);
    return { id: String(r), text: words.join(' '), rating: Math.min(5, Math.max(1, 3 + balance)) };
  });
}

const quick = {
  hidden: [16],
  pretrain: false,
  epochs: 15,
  learningRate: 0.01,
  batchSize: 20,
  dropout: 0,
  wordDropout: 0,
} as const;

async function prepare(given: Partial<Options>, source: Review[] = reviews(500, 1)) {
  const options = resolveOptions({ ...quick, ...given });
  const corpus = await gatherReviews(source, options);
  const all = Int32Array.from({ length: corpus.tokens.length }, (_, row) => row);
  const encoders = await learnEncoders(engine, corpus, all, options, RandomStream.fromSeed(1));
  return { options, corpus, encoders };
}

async function fitted(given: Partial<Options> = {}, source?: Review[], levels?: number[]): Promise<Fitted> {
  const { options, corpus, encoders } = await prepare(given, source);
  return fitNetwork(engine, corpus, corpus.rated, encoders, options, RandomStream.fromSeed(2), levels);
}

async function refused(promise: Promise<unknown>): Promise<StarlingError> {
  const error = await promise.catch((caught: unknown) => caught);
  expect(error).toMatchObject({ name: 'StarlingError' });
  return error as StarlingError;
}

describe('a fitted network', () => {
  test.each([
    ['softmax', 1],
    ['linear', 1],
    ['linear', 10],
  ] as const)(
    'with a %s head rates new reviews by their words, on a scale times %i: RMSE below 0.75 where a constant has 1.3',
    async (head, unit) => {
      const scaled = (source: Review[]) =>
        source.map((review) => ({ ...review, rating: review.rating! * unit }));
      const { options, corpus, encoders } = await prepare({ head }, scaled(reviews(500, 1)));
      const fit = await fitNetwork(engine, corpus, corpus.rated, encoders, options, RandomStream.fromSeed(2));
      const fresh = scaled(reviews(300, 2));
      const ratings = fresh.map(({ rating }) => rating);
      const x = encoders.vectorizer.transform(fresh.map(({ text }) => text));
      const space = new Workspace(engine, fit.network, 64);
      const mean = ratings.reduce((a, b) => a + b) / ratings.length;
      expect(rmse(new Array(300).fill(mean), ratings) / unit).toBeGreaterThan(1.3);
      const predicted = predictRows(engine, fit.network, fit.head, space, x).ratings;
      expect(rmse(predicted, ratings) / unit).toBeLessThan(0.75);
    },
  );

  test('has the levels of its ratings, or those that are given', async () => {
    expect((await fitted()).head.levels).toEqual([1, 2, 3, 4, 5]);
    expect((await fitted({}, undefined, [5, 0, 1, 2, 3, 4])).head.levels).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('with a linear head keeps mean and standard deviation of the training ratings', async () => {
    const source = reviews(500, 1);
    const { head } = await fitted({ head: 'linear' }, source);
    const ratings = source.map(({ rating }) => rating!);
    const mean = ratings.reduce((a, b) => a + b) / 500;
    expect(head.mean).toBeCloseTo(mean, 10);
    expect(head.std).toBeCloseTo(rmse(new Array(500).fill(mean), ratings), 10);
  });

  test('learns from the rated reviews alone: ratings that are missing change nothing', async () => {
    const source = reviews(300, 1);
    const withUnrated = [...source, ...reviews(50, 9).map((review) => ({ ...review, rating: null }))];
    const { options, corpus, encoders } = await prepare({}, withUnrated);
    const alone = await prepare({}, source);
    const headOf = async (from: typeof alone) =>
      exportLayer(
        (
          await fitNetwork(
            engine,
            from.corpus,
            from.corpus.rated,
            encoders,
            options,
            RandomStream.fromSeed(2),
          )
        ).network.head,
      );
    expect(await headOf({ options, corpus, encoders })).toEqual(await headOf(alone));
  });

  test('sets a tenth of the reviews aside for validation, or none when asked, or when there are fewer than ten', async () => {
    expect((await fitted()).record.validationRmse).not.toBeNull();
    expect((await fitted({ validation: 0 })).record.validationRmse).toBeNull();
    expect((await fitted({ minDocumentFrequency: 1 }, reviews(10, 1))).record.validationRmse).not.toBeNull();
    expect((await fitted({ minDocumentFrequency: 1 }, reviews(9, 1))).record.validationRmse).toBeNull();
  });

  test('knows nothing of the reviews set aside: words of theirs alone do not move the rating', async () => {
    const source = Array.from({ length: 40 }, (_, i) => ({
      id: `${i}`,
      text: `own${i}`,
      rating: 1 + (i % 5),
    }));
    const { validated } = await fitted({ hidden: [], minDocumentFrequency: 1 }, source);
    expect(validated.ratings.length).toBe(4);
    expect(new Set(validated.ratings).size).toBe(1);
  });

  test('sets repeats of a text aside together', async () => {
    const twice = [...reviews(50, 1), ...reviews(50, 1)].map((review, i) => ({ ...review, id: `${i}` }));
    const { validationRows } = await fitted({}, twice);
    expect(validationRows.length).toBe(10);
    expect([...validationRows.slice(0, 5)].map((row) => row + 50)).toEqual([...validationRows.slice(5)]);
  });

  test('says how often an epoch goes over few reviews, in minibatches of the size that was asked for, too', async () => {
    const { options, corpus, encoders } = await prepare({ batchSize: 8 }, reviews(60, 1));
    const rules: string[] = [];
    await fitNetwork(
      engine,
      corpus,
      corpus.rated,
      encoders,
      options,
      RandomStream.fromSeed(2),
      undefined,
      ({ rule }) => rule && rules.push(rule),
    );
    expect(rules[0]).toMatch(
      /minibatches of 8 and 10 passes per epoch, since it learns from 54 rated reviews/,
    );
  });

  test('is the same, to the byte, for the same seed', async () => {
    const settings = { dropout: 0.2, wordDropout: 0.1 };
    const [once, again] = [await fitted(settings), await fitted(settings)];
    expect(exportLayer(again.network.layers[0])).toEqual(exportLayer(once.network.layers[0]));
    expect(again.record).toEqual(once.record);
  });

  test('of one single rating gives that rating', async () => {
    for (const head of ['softmax', 'linear'] as const) {
      const same = reviews(40, 1).map((review) => ({ ...review, rating: 4 }));
      const { options, corpus, encoders } = await prepare({ head }, same);
      const fit = await fitNetwork(engine, corpus, corpus.rated, encoders, options, RandomStream.fromSeed(2));
      const space = new Workspace(engine, fit.network, 8);
      const x = encoders.vectorizer.transform(['lovely soup']);
      expect(predictRows(engine, fit.network, fit.head, space, x).ratings[0]).toBeCloseTo(4, 1);
    }
  });
});

describe('pre-trained encoders', () => {
  const settings = { pretrain: true, pretrainEpochs: [2], hidden: [16] } as const;

  test('are where the hidden layers begin', async () => {
    const { options, corpus, encoders } = await prepare({ ...settings, epochs: 1, learningRate: 0 });
    expect(encoders.layers.length).toBe(1);
    const fit = await fitNetwork(engine, corpus, corpus.rated, encoders, options, RandomStream.fromSeed(2));
    expect(exportLayer(fit.network.layers[0])).toEqual(encoders.layers[0]);
  });

  test('are fine-tuned in a copy: they stay as they are', async () => {
    const { options, corpus, encoders } = await prepare(settings);
    const before = encoders.layers.map(({ weights }) => weights.slice());
    const fit = await fitNetwork(engine, corpus, corpus.rated, encoders, options, RandomStream.fromSeed(2));
    expect(encoders.layers.map(({ weights }) => weights)).toEqual(before);
    expect(exportLayer(fit.network.layers[0]).weights).not.toEqual(before[0]);
  });

  test('of another shape than the options say are refused with BAD_OPTION, naming both shapes', async () => {
    const { options, corpus, encoders } = await prepare(settings);
    const other = resolveOptions({ ...options, hidden: [8] });
    const error = await refused(
      fitNetwork(engine, corpus, corpus.rated, encoders, other, RandomStream.fromSeed(2)),
    );
    expect(error.code).toBe('BAD_OPTION');
    expect(error.message).toContain('16 units');
    expect(error.message).toContain('and 8');
  });

  test('give only their vocabulary to a network without hidden layers', async () => {
    const { options, corpus, encoders } = await prepare(settings);
    const none = resolveOptions({ ...options, hidden: [] });
    const fit = await fitNetwork(engine, corpus, corpus.rated, encoders, none, RandomStream.fromSeed(2));
    expect(fit.network.layers.length).toBe(0);
  });
});

describe('refused with NOT_ENOUGH_DATA is', () => {
  test('a corpus without a rated review', async () => {
    const { options, corpus, encoders } = await prepare({});
    const none = new Int32Array(0);
    const error = await refused(
      fitNetwork(engine, corpus, none, encoders, options, RandomStream.fromSeed(2)),
    );
    expect(error).toMatchObject({ code: 'NOT_ENOUGH_DATA', hint: expect.stringContaining('--rating') });
  });

  test('a vocabulary without a term', async () => {
    const { options, corpus } = await prepare({});
    const vocabulary = { terms: [], documentFrequency: new Uint32Array(0), documents: 500 };
    const encoders: EncoderData = {
      vectorizer: new Vectorizer(options, vocabulary),
      layers: [],
      summary: [],
      reviews: 500,
    };
    const error = await refused(
      fitNetwork(engine, corpus, corpus.rated, encoders, options, RandomStream.fromSeed(2)),
    );
    expect(error).toMatchObject({
      code: 'NOT_ENOUGH_DATA',
      hint: expect.stringContaining('minDocumentFrequency'),
    });
  });
});
