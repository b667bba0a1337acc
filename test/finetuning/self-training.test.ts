/** Which unrated reviews teach, when, and that the linear model learns from them what no rated review holds. */
import { describe, expect, test } from 'vitest';
import type { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { fitNetwork, joined, type Unrated } from '../../src/finetuning/fit.ts';
import { canTeach, isWorse, lessonRows, lessonsOf } from '../../src/finetuning/self-training.ts';
import { termWeights } from '../../src/finetuning/term-weights.ts';
import { predictFitted } from '../../src/finetuning/wide.ts';
import { exportLayer } from '../../src/network/network.ts';
import type { NetworkPredictions } from '../../src/network/predict.ts';
import type { Options } from '../../src/options.ts';
import { RandomStream } from '../../src/random.ts';
import { Vectorizer } from '../../src/text/vectorizer.ts';
import { fitToReviews } from './helpers.ts';

describe('unrated reviews', () => {
  const rowsOf = (unrated: number): Int32Array => Int32Array.from({ length: unrated }, (_, i) => 7 + i);

  test('teach when there are at least three for each rated one', () => {
    expect(lessonRows(rowsOf(299), 100)).toBeNull();
    expect(lessonRows(rowsOf(300), 100)).toEqual(rowsOf(300));
    expect(lessonRows(rowsOf(0), 0)).toBeNull();
  });

  test('teach up to 50,000 of them, spread over all', () => {
    const rows = lessonRows(rowsOf(125_000), 100)!;
    expect(rows.length).toBe(50_000);
    expect([rows[0], rows[1], rows[2], rows.at(-1)]).toEqual([7, 9, 12, 7 + 124_997]);
    expect(new Set(rows).size).toBe(50_000);
  });
});

describe('a model teaches', () => {
  const rated = (ratings: number[]) => ({ ratings: Float64Array.from(ratings) }) as NetworkPredictions;
  const actual = Float64Array.of(1, 2, 4, 5); // mean 3, squares 10

  test('when it explains a quarter of the variance of ratings set aside', () => {
    expect(canTeach(rated([1, 2, 4, 5]), actual)).toBe(true);
    expect(canTeach(rated([3, 3, 3, 3]), actual)).toBe(false);
    const atBorder = Math.sqrt(7.5 / 10);
    expect(canTeach(rated([...actual].map((r) => r + (3 - r) * (atBorder - 0.001))), actual)).toBe(true);
    expect(canTeach(rated([...actual].map((r) => r + (3 - r) * (atBorder + 0.001))), actual)).toBe(false);
  });

  test('when nothing was set aside that could tell', () => {
    expect(canTeach(rated([]), new Float64Array(0))).toBe(true);
  });

  test('together with another by their shares, and not alone', () => {
    const rows = Int32Array.of(4, 9);
    const a = { lessons: { rows, first: Float64Array.of(1, 2), last: Float64Array.of(3, 3) } };
    const b = { lessons: { rows, first: Float64Array.of(5, 2), last: Float64Array.of(3, 5) } };
    expect(lessonsOf(a, b, 0.25)).toEqual({
      rows,
      first: Float64Array.of(2, 2),
      last: Float64Array.of(3, 3.5),
    });
    expect(lessonsOf(a, { lessons: null }, 0.25)).toBeNull();
    expect(lessonsOf({ lessons: null }, b, 0.25)).toBeNull();
  });
});

describe('a taught model is kept', () => {
  const rated = (ratings: number[]) => ({ ratings: Float64Array.from(ratings) }) as NetworkPredictions;
  const actual = Float64Array.from({ length: 20 }, (_, i) => i % 5);
  const off = (by: (i: number) => number) => rated([...actual].map((rating, i) => rating + by(i)));

  test('unless it is worse by more than luck', () => {
    // Squared errors larger by 0.4 or 0.6, then by 1 or -0.9.
    const [good, worse] = [off(() => 0), off((i) => Math.sqrt(i % 2 ? 0.4 : 0.6))];
    expect(isWorse(worse, good, actual)).toBe(true);
    expect(isWorse(good, worse, actual)).toBe(false);
    const [one, other] = [off((i) => (i % 2 ? 1 : 0)), off((i) => (i % 2 ? 0 : Math.sqrt(0.9)))];
    expect(isWorse(one, other, actual)).toBe(false);
  });

  test('up to two standard errors of the differences between the squared errors', () => {
    const truth = new Float64Array(4);
    // Squared errors of 1 more or less than the mean: a standard error of the square root of a third.
    const worseBy = (mean: number) => rated([1, -1, 1, -1].map((by) => Math.sqrt(mean + by)));
    expect(isWorse(worseBy(1.15), rated([0, 0, 0, 0]), truth)).toBe(false);
    expect(isWorse(worseBy(1.16), rated([0, 0, 0, 0]), truth)).toBe(true);
  });

  test('when it rates alike, and when no review was set aside', () => {
    expect(
      isWorse(
        off(() => 1),
        off(() => -1),
        actual,
      ),
    ).toBe(false);
    expect(isWorse(rated([]), rated([]), new Float64Array(0))).toBe(false);
  });
});

/** Rated reviews of two words; unrated ones pair each of them with a word of its own that no rated review holds. */
function* reviews() {
  for (let i = 0; i < 120; i++) {
    const good = i % 2 === 0;
    // Not all alike, so that nobody rates them without error.
    const rating = (good ? 5 : 1) + (i % 6 < 2 ? 0 : good ? -1 : 1);
    yield { id: `${i}`, text: `${good ? 'great' : 'awful'} soup number${i % 7}`, rating };
  }
  for (let i = 0; i < 480; i++) {
    const good = i % 2 === 0;
    const text = `${good ? 'great' : 'awful'} ${good ? 'splendid' : 'dismal'} number${i % 7}`;
    yield { id: `u${i}`, text, rating: null };
  }
}

/** The network's vocabulary ends before the rare words do, so that only the linear model can read these. */
const small: Partial<Options> = {
  hidden: [8],
  vocabularySize: 2,
  ngrams: 1,
  pretrainEpochs: [1],
  epochs: 20,
  learningRate: 0.03,
};

async function rate(texts: readonly string[], given: Partial<Options>) {
  const unlabelled = texts.map((text) => ({ id: '', text, rating: null }));
  const fitted = await fitToReviews(reviews(), { ...small, ...given }, { unlabelled });
  const { model, engine, corpus, rules } = fitted;
  const rows = corpus.unrated.subarray(corpus.unrated.length - texts.length);
  const { ratings } = predictFitted(engine, model, corpus, rows);
  engine.close();
  return { ratings, terms: model.wide!.vectorizer.vocabulary.terms, rules, model };
}

/**
 * Two of five rated reviews have a word in place of great or awful that is too rare among rated ones to be a term: unrated reviews
 * say what it means.
 */
function* synonyms() {
  for (let i = 0; i < 1500; i++) {
    const good = i % 2 === 0;
    const [word, synonym] = good ? ['great', `good${i % 6}`] : ['awful', `bad${i % 6}`];
    // Repeats of a text would be set aside together.
    if (i < 300) yield { id: `${i}`, text: `${i % 5 < 3 ? word : synonym} own${i}`, rating: good ? 5 : 1 };
    else yield { id: `${i}`, text: `${word} ${synonym}`, rating: null };
  }
}

describe('the linear model beside the network', () => {
  test('learns words from unrated reviews that no rated one holds, and says so', async () => {
    const { ratings, terms, rules } = await rate(['splendid', 'dismal'], {});
    expect(terms).toEqual(expect.arrayContaining(['splendid', 'dismal']));
    expect(ratings[0]).toBeGreaterThan(ratings[1] + 0.5);
    expect(rules.filter((rule) => rule.includes('482 unrated reviews'))).toHaveLength(1);
  });

  test('knows none of them without self-training', async () => {
    const { ratings, terms, rules } = await rate(['splendid', 'dismal'], { selfTraining: false });
    expect(terms).not.toContain('splendid');
    expect(ratings[0]).toBe(ratings[1]);
    expect(rules.filter((rule) => rule.includes('unrated'))).toEqual([]);
  });

  test('has the validation part of the network, which taught it', async () => {
    const { model } = await rate([], {});
    expect(model.validationRows.length).toBeGreaterThan(5);
    expect(model.wide!.validationRows).toEqual(model.validationRows);
  });

  test('has the share that is guessed for one that was taught, where no review was set aside', async () => {
    const { model } = await rate([], { validation: 0 });
    expect(model.wide!.share).toBe(0.65);
  });

  test('learns nothing from unrated reviews that are fewer than three for each rated one', async () => {
    const { rules } = await fitToReviews([...reviews()].slice(0, 479), small);
    expect(rules.filter((rule) => rule.includes('unrated'))).toEqual([]);
  });

  test('asks nothing of the network where there is none', async () => {
    const { model } = await fitToReviews(reviews(), { ...small, wide: false });
    expect(model.lessons).toBeNull();
  });

  test('is taught by what both said together before they had seen the reviews set aside, weights of terms included', async () => {
    const { model, engine, corpus } = await fitToReviews(reviews(), small);
    const untaught = (await fitToReviews(reviews(), { ...small, selfTraining: false })).model.wide!;
    const linearModel = (vectorizer: Vectorizer, unrated: Unrated) =>
      fitNetwork(
        engine,
        corpus,
        corpus.rated,
        { vectorizer, layers: [], summary: [], reviews: 0 },
        untaught.options,
        RandomStream.fromSeed(1).split('fit'),
        undefined,
        undefined,
        undefined,
        unrated,
      );
    const teacher = await linearModel(untaught.vectorizer, { toRate: corpus.unrated });
    const lessons = lessonsOf(model, teacher, untaught.share)!;
    expect(lessons.last).not.toEqual(lessons.first);

    const { vectorizer, network } = model.wide!;
    const { weights, ...vocabulary } = vectorizer.vocabulary;
    expect(vocabulary.documents).toBe(600);
    const learned = corpus.rated.filter((row) => !model.validationRows.includes(row));
    const x = new Vectorizer(vectorizer.options, vocabulary).transformCorpus(
      corpus.tokens,
      joined(learned, corpus.unrated),
    );
    const ratings = Float64Array.from(learned, (row) => corpus.ratings[row]);
    expect(weights).toEqual(termWeights(x, joined(ratings, lessons.first), [1, 5]));
    const taught = await linearModel(vectorizer, { lessons });
    expect(exportLayer(network.head)).toEqual(exportLayer(taught.network.head));
  });

  test('is not taught where the ratings set aside are not explained', async () => {
    const chance = [...reviews()].map((review, i) => ({
      ...review,
      rating: review.rating && 1 + ((i >> 1) % 5),
    }));
    const { model, rules } = await fitToReviews(chance, small);
    expect(rules.filter((rule) => rule.includes('unrated'))).toEqual([]);
    expect(model.wide!.vectorizer.vocabulary.terms).not.toContain('splendid');
  });

  test('once taught is kept where it is better by far', async () => {
    const { model } = await fitToReviews(synonyms(), { ...small, minDocumentFrequency: 25 });
    expect(model.wide!.vectorizer.vocabulary.terms).toContain('good2');
  });

  test('is given up, once taught, where it is worse by far: here it reads one word, which all reviews hold', async () => {
    const alike = [...reviews()].map((review) => ({ ...review, text: `${review.text} soup` }));
    const options = { ...small, vocabularySize: 20, wideVocabularySize: 1 };
    const { model, rules } = await fitToReviews(alike, options);
    expect(rules.filter((rule) => rule.includes('480 unrated reviews'))).toHaveLength(1);
    expect(model.wide!.vectorizer.vocabulary.documents).toBe(120);
    expect(model.wide!.share).toBeLessThan(0.2);
  });

  test('leaves its state in parts of its own, before it is taught and after', async () => {
    const parts: string[] = [];
    const place = (name: string): Checkpoint => ({
      part: (within) => place(name ? `${name}.${within}` : within),
      stopIfAsked: () => undefined,
      restore: async () => null,
      offer: () => undefined,
      finish: async () => void parts.push(name),
      save: async () => {},
      drop: async () => {},
    });
    await fitToReviews(reviews(), small, { checkpoint: place('') });
    expect(parts).toEqual(['', 'refit', 'wide', 'wide.refit', 'taught', 'taught.refit']);
  });
});
