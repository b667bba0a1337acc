/** Few rated reviews: how many epochs the training on all of them takes, and that it is on all of them. */
import { describe, expect, test } from 'vitest';
import { fitNetwork } from '../../src/finetuning/fit.ts';
import { MANY_RATED, refitEpochs } from '../../src/finetuning/refit.ts';
import { createEngine } from '../../src/kernels/node-engine.ts';
import { Workspace } from '../../src/network/forward.ts';
import { exportLayer } from '../../src/network/network.ts';
import { predictRows } from '../../src/network/predict.ts';
import { type Options, resolveOptions } from '../../src/options.ts';
import { learnEncoders } from '../../src/pretraining/encoders.ts';
import type { Progress } from '../../src/progress.ts';
import { RandomStream } from '../../src/random.ts';
import { gatherReviews } from '../../src/text/review-corpus.ts';

describe('epochs of the training on all rated reviews', () => {
  const options = resolveOptions({});

  test('are drawn from the best on the validation part towards 8, the more the fewer reviews it has', () => {
    expect([5, 25, 100, 1e6].map((reviews) => refitEpochs(20, reviews, options))).toEqual([9, 12, 16, 20]);
    expect([5, 25, 100, 1e6].map((reviews) => refitEpochs(2, reviews, options))).toEqual([7, 6, 4, 2]);
  });

  test('are as many more as the learning rate is smaller, and never more than asked for', () => {
    const slow = resolveOptions({ learningRate: options.learningRate / 4 });
    expect(refitEpochs(32, 25, slow)).toBe(32);
    expect(refitEpochs(32, 25, resolveOptions({ ...slow, epochs: 20 }))).toBe(20);
    // At least one, however fast it learns.
    expect(refitEpochs(1, 5, resolveOptions({ learningRate: 1 }))).toBe(1);
  });

  test('are the best on the validation part where nothing else is known', () => {
    expect(refitEpochs(3, 5, resolveOptions({ hidden: [] }))).toBe(3);
    expect(refitEpochs(3, 5, resolveOptions({ optimizer: 'sgd' }))).toBe(3);
    expect(refitEpochs(3, 5, resolveOptions({ learningRate: 0 }))).toBe(3);
  });
});

/** The first word alone says the stars, and each review has a word that no other has. */
const reviewsOf = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: `${i}`,
    text: `${['awful', 'poor', 'plain', 'good', 'great'][i % 5]} soup own${i}`,
    rating: 1 + (i % 5),
  }));

async function fitTo(count: number, given: Partial<Options> = {}) {
  const options = resolveOptions({
    ngrams: 1,
    minDocumentFrequency: 1,
    hidden: [12],
    pretrain: false,
    epochs: 4,
    learningRate: 0.003,
    threads: 1,
    ...given,
  });
  const engine = createEngine(1, 'wasm');
  const corpus = await gatherReviews(reviewsOf(count), options);
  const stream = RandomStream.fromSeed(1);
  const encoders = await learnEncoders(engine, corpus, corpus.rated, options, stream);
  const events: Progress[] = [];
  const listen = (event: Progress): void => void events.push(event);
  const fitted = await fitNetwork(engine, corpus, corpus.rated, encoders, options, stream, undefined, listen);
  return { fitted, events, engine, corpus, encoders };
}

describe('a network that was fitted twice', () => {
  test('has learned from the validation rows, too, but is judged there by the one that had not', async () => {
    const { fitted, engine, corpus, encoders } = await fitTo(60);
    const { network, head, validationRows, validated } = fitted;
    expect(validationRows.length).toBe(6);
    const space = new Workspace(engine, network, 8);
    const x = encoders.vectorizer.transformCorpus(corpus.tokens, validationRows);
    const now = predictRows(engine, network, head, space, x).ratings;
    const error = (ratings: Float64Array): number =>
      Math.sqrt(
        ratings.reduce((sum, rating, i) => sum + (rating - corpus.ratings[validationRows[i]]) ** 2, 0) / 6,
      );
    expect(error(validated.ratings)).toBeCloseTo(fitted.record.validationRmse!, 12);
    expect(error(now)).not.toBeCloseTo(fitted.record.validationRmse!, 3);
    // A word that occurs in a validation row only has moved: nothing but the second training has seen it.
    const own = encoders.vectorizer.vocabulary.terms.indexOf(`own${validationRows[0]}`);
    const row = (weights: { readonly cols: number; readonly width: number; readonly data: Float32Array }) =>
      Array.from({ length: 12 }, (_, unit) => weights.data[own * weights.width + unit]);
    const alone = await fitTo(60, { validation: 0, epochs: 1, learningRate: 0 });
    expect(row(network.layers[0].weights)).not.toEqual(row(alone.fitted.network.layers[0].weights));
  });

  test('says so, with a phase of its own that ends whole', async () => {
    const { fitted, events } = await fitTo(60);
    const again = events.filter(({ phase }) => phase === 'refit');
    expect(again[0].rule).toMatch(/^fine-tuning again on all rated reviews, since they are fewer than 2,000/);
    expect(again.filter(({ epochEnd }) => epochEnd)).toHaveLength(fitted.refitEpochs!);
    expect(again.at(-1)).toMatchObject({ fraction: 1, epochEnd: true });
    // It learns from all, so that none is left to judge it by.
    expect(again.filter(({ validationRmse }) => validationRmse !== undefined)).toEqual([]);
  });

  test('has minibatches by the number of all rated reviews: 10 of 160, where 9 were right for 144', async () => {
    const [nine, ten, asMany] = await Promise.all(
      [9, 10, 64].map(async (batchSize) => {
        const { fitted } = await fitTo(160, { hidden: [4], epochs: 1, batchSize });
        return { record: fitted.record, head: exportLayer(fitted.network.head) };
      }),
    );
    expect(nine.record).toEqual(asMany.record);
    expect(ten).toEqual(asMany);
    expect(nine.head).not.toEqual(asMany.head);
  });

  test('takes no more memory of the engine than one that was fitted once', async () => {
    const [twice, once] = [await fitTo(60), await fitTo(60, { validation: 0 })];
    expect(twice.engine.arena.used).toBe(once.engine.arena.used);
  });

  test.each([
    ['there are many rated reviews', MANY_RATED, {}],
    ['no review was set aside', 60, { validation: 0 }],
  ] as const)('is not where %s', async (_name, count, given) => {
    const { fitted, events } = await fitTo(count, { epochs: 1, ...given });
    expect(fitted.refitEpochs).toBeNull();
    expect(events.some(({ phase }) => phase === 'refit')).toBe(false);
  });
});
