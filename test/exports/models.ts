/** Models of every kind with random weights, without any training: what an export must carry over is their arithmetic. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type ExportContent, exportContent } from '../../src/exports/content.ts';
import { SentimentModel, type TrainingSummary } from '../../src/model/sentiment-model.ts';
import type { Head } from '../../src/network/heads.ts';
import { type Options, resolveOptions } from '../../src/options.ts';
import { RandomStream } from '../../src/random.ts';
import { normaliseWord } from '../../src/text/tokenize.ts';

const WORDS =
  `the food was good bad awful lovely great cold warm waiting waited staff very never no not don't wasn't i
  we back again soup place friendly prices fair would come yes 10 ! ? crème brûlée größe очень вкусно спасибо 美味 it and
  but kinder recommend worked hoping connections relational happiness flies agreed troubled sized falling generously by`
    .split(/\s+/)
    .filter(Boolean);

const training: TrainingSummary = {
  rated: 90,
  unrated: 10,
  terms: 0,
  validationRmse: null,
  bestEpoch: 1,
  sparsity: { input: 0.9, hidden: [] },
  history: [],
  seconds: 0,
};

/** Terms with how many of 100 reviews hold each: words as these options have them and, for longer runs, pairs of them. */
function vocabularyFor(options: Options): {
  terms: string[];
  documentFrequency: number[];
  documents: number;
} {
  const words = [...new Set(WORDS.flatMap((word) => normaliseWord(word, options) ?? []))];
  const pairs = [
    'the soup',
    'was good',
    'not good',
    'very very',
    'good good',
    'come again',
    "wasn't good",
    'i the',
  ];
  const terms = options.ngrams > 1 ? [...words, ...pairs] : words;
  return { terms, documentFrequency: terms.map((_, i) => 1 + ((i * 37) % 90)), documents: 100 };
}

/** @param levels the softmax head has as many outputs */
export function randomModel(
  given: Partial<Options>,
  levels: readonly number[] = [1, 2, 3, 4, 5],
): SentimentModel {
  const options = resolveOptions({ ...given, threads: 1, engine: 'wasm' });
  const vocabulary = vocabularyFor(options);
  const head: Head = { kind: options.head, levels, mean: 3.3, std: 1.2 };
  const stream = RandomStream.fromSeed(options.seed);
  const widths = [...options.hidden, head.kind === 'softmax' ? levels.length : 1];
  const layers = widths.map((units, i) => {
    const inputs = i === 0 ? vocabulary.terms.length : widths[i - 1];
    const numbers = stream.split('layer', i);
    const uniform = (at: number): number => 2 * numbers.uniform(at) - 1;
    // So that units fire, and that ratings differ and are not all at an end of the scale.
    const scale = i > 0 ? 2 / Math.sqrt(inputs) : options.weighting === 'tfidf' ? 4 : 0.8;
    const lift = options.activation === 'lif' && i < options.hidden.length ? 1 : 0;
    return {
      inputs,
      units,
      weights: Float32Array.from({ length: inputs * units }, (_, at) => scale * uniform(at)),
      bias: Float32Array.from({ length: units }, (_, at) => lift + 0.5 * uniform(inputs * units + at)),
    };
  });
  return SentimentModel.fromData({ options, head, training, vocabulary, layers, engine: 'wasm' });
}

/** What an export is made from, of a random model: saved and read back, as `starling export` reads it. */
export async function contentOf(...kind: Parameters<typeof randomModel>): Promise<ExportContent> {
  const model = randomModel(...kind);
  const dir = mkdtempSync(join(tmpdir(), 'starling-content-'));
  try {
    await model.save(join(dir, 'model'));
    return await exportContent(join(dir, 'model'));
  } finally {
    model.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Two models as one: the second, without hidden layers, beside the network of the first. */
export function withWide(main: SentimentModel, wide: SentimentModel, share: number): SentimentModel {
  const { options, vocabulary, layers } = wide.toData();
  return SentimentModel.fromData({ ...main.toData(), wide: { share, options, vocabulary, layers } });
}

/** A model with a linear model on pairs of words beside its network: with weights of its own, or TF-IDF. */
export function randomPair(head: Options['head'], weighted: boolean): SentimentModel {
  const tfidf = randomModel({ hidden: [], head, weighting: 'tfidf', ngrams: 2, seed: 9 });
  return withWide(randomModel({ hidden: [13], head }), weighted ? withWeights(tfidf) : tfidf, 0.4);
}

/** The same with another weight for every term, one of them 0. */
function withWeights(model: SentimentModel): SentimentModel {
  const weights = model.vectorizer.vocabulary.terms.map((_, term) => (term * 7) % 11);
  const data = model.toData();
  return SentimentModel.fromData({ ...data, vocabulary: model.vectorizer.withWeights(weights).toJSON() });
}

/** Everything that changes the arithmetic of the network, each at least once. */
export const KINDS: readonly (readonly [string, Partial<Options>])[] = [
  ['no hidden layer, softmax', { hidden: [], head: 'softmax' }],
  ['no hidden layer, linear', { hidden: [], head: 'linear', weighting: 'counts' }],
  ...(['rectifier', 'softplus', 'tanh', 'sigmoid', 'leaky', 'lif'] as const).flatMap(
    (activation): [string, Partial<Options>][] => [
      [`one layer of ${activation}, softmax`, { hidden: [67], activation, head: 'softmax' }],
      [
        `two layers of ${activation}, linear, bigrams, tfidf`,
        { hidden: [20, 9], activation, head: 'linear', ngrams: 2, weighting: 'tfidf' },
      ],
    ],
  ),
  ['softplus of sharpness 2.5', { hidden: [12], activation: 'softplus', alpha: 2.5 }],
  ['half of the units negated', { hidden: [11, 6], negateHalf: true, weighting: 'counts' }],
  ['stems, no stop words, no punctuation', { hidden: [8], stem: true, stopWords: true, punctuation: false }],
];

/** A folder that is taken away after the file's tests. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'starling-exports-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
