/** The worst mistakes of a cross-validation, and the excerpts that explain them as the folds' whole models would. */
import { describe, expect, test } from 'vitest';
import { excerptFor, worstMistakes } from '../../src/evaluation/mistakes.ts';
import { explainerOf } from '../../src/explanation/excerpt.ts';
import { Explainer } from '../../src/explanation/explainer.ts';
import { crossValidate, type Options, type Review } from '../../src/index.ts';
import { createEngine } from '../../src/kernels/node-engine.ts';
import type { Head } from '../../src/network/heads.ts';
import { createNetwork } from '../../src/network/network.ts';
import { resolveOptions } from '../../src/options.ts';
import { RandomStream } from '../../src/random.ts';
import { TokenCorpus } from '../../src/text/token-corpus.ts';
import { Vectorizer } from '../../src/text/vectorizer.ts';

describe('the worst mistakes', () => {
  const reviews = { actual: Float64Array.of(3, 3, 3, 3, 3), predicted: Float64Array.of(2, 5, 3, 4, 1) };

  test('are those that are most too high and most too low, the worst first', () => {
    expect(worstMistakes(reviews, 1)).toEqual({ tooHigh: [1], tooLow: [4] });
    expect(worstMistakes(reviews, 2)).toEqual({ tooHigh: [1, 3], tooLow: [4, 0] });
  });

  test('hold nothing that is right, however many are asked for, and none when none are', () => {
    expect(worstMistakes(reviews, 99)).toEqual({ tooHigh: [1, 3], tooLow: [4, 0] });
    expect(worstMistakes(reviews, 0)).toEqual({ tooHigh: [], tooLow: [] });
  });
});

const words = ['not', 'good', 'bad', 'soup', 'very', 'cold', 'warm', 'never', 'again', 'staff'];
const stream = RandomStream.fromSeed(8);
const texts = Array.from({ length: 40 }, (_, i) => {
  const length = 3 + stream.integer(i, 9);
  const drawn = Array.from({ length }, (_, k) => words[stream.split('word', i).integer(k, 10)]);
  return [...drawn, `dish${i}`].join(' ');
});

describe.each<[string, Partial<Options>, Head['kind']]>([
  ['one hidden layer, pairs of words', { hidden: [70], ngrams: 2 }, 'softmax'],
  [
    'two, TF-IDF, half of the units negated',
    { hidden: [9, 7], weighting: 'tfidf', negateHalf: true },
    'linear',
  ],
  ['none, counts', { hidden: [], weighting: 'counts' }, 'softmax'],
  ['tanh', { hidden: [6], activation: 'tanh' }, 'softmax'],
])('an excerpt of a network (%s)', (_name, given, kind) => {
  test('explains the reviews that it was made for exactly as the whole network does, and is smaller', () => {
    const options = resolveOptions({ ...given, vocabularySize: 60, minDocumentFrequency: 1 });
    const engine = createEngine();
    const tokens = new TokenCorpus(options);
    for (const text of texts) tokens.add(text);
    const vectorizer = Vectorizer.fit(tokens, [...texts.keys()], options);
    const terms = vectorizer.vocabulary.terms.length;
    const head: Head = { kind, levels: [1, 2, 3, 4, 5], mean: 3, std: 1.2 };
    const outputs = kind === 'softmax' ? 5 : 1;
    const network = createNetwork(engine, { ...options, inputs: terms, outputs }, stream.split('network'));
    for (const layer of [...network.layers, network.head]) {
      for (let k = 0; k < layer.bias.length; k++) layer.bias[k] = stream.split('bias').uniform(k) - 0.5;
    }
    if (options.hidden.length === 0) {
      network.head.weights.data.set(network.head.weights.data.map((_, k) => stream.uniform(k) - 0.5));
    }
    const chosen = [3, 17];
    const excerpt = excerptFor(chosen, tokens, vectorizer, network, head);
    const whole = new Explainer(vectorizer, network, head);
    const part = explainerOf(excerpt, options);
    for (const row of chosen) {
      const { unknownWords: _, ...expected } = whole.explain(texts[row], { units: true });
      expect(expected.contributions.length).toBeGreaterThan(2);
      expect(part.explain(texts[row], { units: true })).toMatchObject(expected);
    }
    expect(excerpt.layers[0].inputs).toBe(excerpt.vocabulary.terms.length);
    expect(excerpt.layers[0].inputs).toBeLessThan(terms);
    engine.close();
  });
});

describe('a cross-validation', () => {
  /** Of so many words that no review holds most of them. */
  const reviews: Review[] = Array.from({ length: 80 }, (_, i) => {
    const drawn = Array.from({ length: 5 }, (_, k) => `word${stream.split('review', i).integer(k, 60)}`);
    return { id: `${i}`, text: drawn.join(' '), rating: 1 + (i % 5) };
  });
  const options: Partial<Options> = { hidden: [8], folds: 4, pretrain: false, epochs: 3, vocabularySize: 80 };

  test.each([1, 2])(
    'explains the worst mistakes of each fold: the explained rating is the predicted one, to 1e-5 (%d threads)',
    async (threads) => {
      const settings = { options: { ...options, threads }, keepPredictions: true, keepMistakes: 2 };
      const { tested, options: used } = await crossValidate(reviews, settings);
      expect(tested!.excerpts).toHaveLength(4);
      tested!.excerpts.forEach((excerpt, f) => {
        const mine = [...tested!.rows.keys()].filter((i) => tested!.folds[i] === f + 1);
        const pick = (from: Float64Array) => Float64Array.from(mine, (i) => from[i]);
        const { tooHigh, tooLow } = worstMistakes(
          { actual: pick(tested!.actual), predicted: pick(tested!.predicted) },
          2,
        );
        const explainer = explainerOf(excerpt, used);
        for (const place of [...tooHigh, ...tooLow]) {
          const i = mine[place];
          const { rating } = explainer.explain(reviews[tested!.rows[i]].text);
          expect(Math.abs(rating - tested!.predicted[i])).toBeLessThan(1e-5);
        }
        expect(tooHigh.length + tooLow.length).toBe(4);
        expect(excerpt.vocabulary.terms.length).toBeLessThan(21);
      });
    },
  );

  test('keeps no excerpts unless asked', async () => {
    const { tested } = await crossValidate(reviews, { options, keepPredictions: true });
    expect(tested!.excerpts).toEqual([]);
  });
});
