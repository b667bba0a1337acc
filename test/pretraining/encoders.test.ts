/** Encoders: a vocabulary and pre-trained layers of chosen reviews, and of no others. */
import { expect, test } from 'vitest';
import { createEngine } from '../../src/kernels/node-engine.ts';
import { type Options, resolveOptions } from '../../src/options.ts';
import { type EncoderData, learnEncoders } from '../../src/pretraining/encoders.ts';
import type { Progress } from '../../src/progress.ts';
import { RandomStream } from '../../src/random.ts';
import { gatherReviews } from '../../src/text/review-corpus.ts';

const engine = createEngine();
const texts = [
  'good food and good wine',
  'bad food and rude waiters',
  'good wine',
  'rude waiters and bad wine',
  'secret secret words',
  'secret words',
];
const quick = { hidden: [6, 3], pretrainEpochs: [2], minDocumentFrequency: 1, pretrainBatchSize: 2 } as const;

async function learn(
  rows: number[],
  given: Partial<Options> = {},
  source = texts,
  onProgress?: (progress: Progress) => void,
): Promise<EncoderData> {
  const options = resolveOptions({ ...quick, ...given });
  const reviews = source.map((text, i) => ({ id: String(i), text, rating: null }));
  const corpus = await gatherReviews(reviews, options);
  const chosen = Int32Array.from(rows);
  return learnEncoders(engine, corpus, chosen, options, RandomStream.fromSeed(1), onProgress);
}

test('there is one layer per hidden layer, from the terms on', async () => {
  const { layers, vectorizer, summary, reviews } = await learn([0, 1, 2, 3]);
  const terms = vectorizer.vocabulary.terms.length;
  expect(layers.map(({ inputs, units }) => [inputs, units])).toEqual([
    [terms, 6],
    [6, 3],
  ]);
  expect(summary.map(({ epochs }) => epochs)).toEqual([2, 2]);
  expect(reviews).toBe(4);
});

test('reviews that are not chosen leave no trace: other texts there, the same bytes', async () => {
  const once = await learn([0, 1, 2, 3]);
  expect(once.vectorizer.vocabulary.terms).not.toContain('secret');
  const other = await learn([0, 1, 2, 3], {}, [...texts.slice(0, 4), 'something else', 'good wine']);
  expect(other.vectorizer.toJSON()).toEqual(once.vectorizer.toJSON());
  expect(other.layers).toEqual(once.layers);
});

test('nothing is pre-trained when it is switched off, without hidden layers, or without terms', async () => {
  const events: Progress[] = [];
  const listen = (event: Progress): number => events.push(event);
  expect((await learn([0, 1], { pretrain: false }, texts, listen)).layers).toEqual([]);
  expect((await learn([0, 1], { hidden: [] }, texts, listen)).layers).toEqual([]);
  const none = await learn([0, 1], { minDocumentFrequency: 50 }, texts, listen);
  expect([none.layers, none.vectorizer.vocabulary.terms]).toEqual([[], []]);
  expect(events).toEqual([]);
});

test('the layers are copies outside of the engine, whose memory is all given back', async () => {
  const before = engine.arena.used;
  const { layers } = await learn([0, 1, 2, 3]);
  expect(engine.arena.used).toBe(before);
  const kept = layers[0].weights.slice();
  engine.arena.f32(100_000).fill(9);
  expect(layers[0].weights).toEqual(kept);
  engine.arena.release(before);
});
