/** One fold, on a few short reviews: what it learns from, what it is tested on, and what it leaves behind. */
import { afterAll, describe, expect, test } from 'vitest';
import { type FoldPlan, linearBaseline, runFold, testRowsOf } from '../../src/evaluation/fold.ts';
import { planFolds, withSharedEncoders } from '../../src/evaluation/run-folds.ts';
import type { Review } from '../../src/index.ts';
import { createEngine } from '../../src/kernels/node-engine.ts';
import { meanAbsoluteError, rootMeanSquaredError } from '../../src/metrics.ts';
import { type Options, resolveOptions } from '../../src/options.ts';
import type { Progress } from '../../src/progress.ts';

const engine = createEngine(1, 'wasm');
afterAll(() => engine.close());

const words = ['awful', 'cold', 'plain', 'fine', 'lovely'];
/** Every fifth review is unrated. */
const reviews: Review[] = Array.from({ length: 25 }, (_, i) => ({
  id: `${i}`,
  text: `visit${i} was ${words[i % 5]} and ${words[(i * i) % 5]}`,
  rating: i % 5 === 2 ? null : 1 + (i % 5),
}));
const given: Partial<Options> = {
  ...{ hidden: [3], folds: 2, epochs: 2, pretrainEpochs: [1], minDocumentFrequency: 1, wide: false },
  ...{ threads: 1, seed: 3 },
};
const options = resolveOptions(given);
const plan = await planFolds(reviews, options, {}, 0);

function withRatings(of: FoldPlan, change: (row: number, rating: number) => number): FoldPlan {
  const ratings = of.corpus.ratings.map((rating, row) => change(row, rating));
  return { ...of, corpus: { ...of.corpus, ratings } };
}

describe('the plan', () => {
  test('puts each rated review into one fold, folds of like size, none empty', () => {
    expect(plan.folds).toHaveLength(20);
    const sizes = [0, 1].map((fold) => testRowsOf(plan, fold).length);
    expect(sizes[0] + sizes[1]).toBe(20);
    expect(Math.abs(sizes[0] - sizes[1])).toBeLessThanOrEqual(2);
    expect([...plan.unrated]).toEqual([2, 7, 12, 17, 22]);
  });

  test('spreads each rating over the folds', () => {
    for (const rating of [1, 2, 4, 5]) {
      const inFirst = [...testRowsOf(plan, 0)].filter((row) => plan.corpus.ratings[row] === rating);
      expect([2, 3]).toContain(inFirst.length); // of five
    }
  });

  test('leaves unrated copies of rated texts out', async () => {
    const copies = [0, 1, 2].map((i) => ({ ...reviews[i], rating: null }));
    const more = await planFolds(reviews, options, { unlabelled: copies }, 0);
    expect([...more.unrated]).toEqual([2, 7, 12, 17, 22, 27]); // of the three, 27 is a copy of an unrated one
  });

  test('with fewer rated reviews than folds is refused', async () => {
    const few = planFolds(reviews.slice(0, 3), resolveOptions({ ...given, folds: 3 }), {}, 0);
    await expect(few).rejects.toMatchObject({
      code: 'NOT_ENOUGH_DATA',
      message: '2 rated reviews are too few for 3 folds',
      hint: 'Use fewer folds, or name the rating column with --rating.',
    });
    await expect(planFolds(reviews.slice(0, 2), options, {}, 0)).resolves.toBeDefined();
  });
});

describe('a fold', async () => {
  const used = engine.arena.used;
  const events: Progress[] = [];
  const outcome = await runFold(engine, plan, 1, (event) => events.push(event));
  const left = engine.arena.used - used;
  const test1 = testRowsOf(plan, 1);
  const train = plan.corpus.rated.filter((row) => !test1.includes(row));
  const truth = Array.from(test1, (row) => plan.corpus.ratings[row]);

  test('is tested on its own reviews and learns from the others', () => {
    expect([...outcome.rows]).toEqual([...test1]);
    expect(outcome.result).toMatchObject({ fold: 2, testSize: test1.length, trainSize: 20 - test1.length });
    const mean = Array.from(train, (row) => plan.corpus.ratings[row]).reduce((a, b) => a + b) / train.length;
    expect([...outcome.constant]).toEqual(Array.from(test1, () => expect.closeTo(mean, 12)));
  });

  test('has the figures of its predictions', () => {
    expect(outcome.result.rmse).toBe(rootMeanSquaredError(outcome.ratings, truth));
    expect(outcome.result.mae).toBe(meanAbsoluteError(outcome.ratings, truth));
    expect(outcome.calibration?.reviews).toBe(test1.length);
    expect(outcome.noHiddenLayer.ratings).toHaveLength(test1.length);
    expect(outcome.noHiddenLayer.ratings).not.toEqual(outcome.ratings);
    expect(outcome.noHiddenLayer.sparsity.hidden).toEqual([]);
    expect(outcome.result.sparsity.hidden).toHaveLength(1);
    expect(outcome.result.seconds).toBeGreaterThan(0);
    expect(outcome.result.seconds).toBeLessThan(60);
    const { bestEpoch, history } = outcome.result;
    expect(history[bestEpoch - 1].validationRmse).toBe(
      Math.min(...history.map((one) => one.validationRmse!)),
    );
  });

  test('tells of its pre-training and its fine-tuning, not of the baseline', () => {
    expect(new Set(events.map(({ phase }) => phase))).toEqual(new Set(['pretrain', 'finetune', 'refit']));
    expect(events.filter(({ phase, epochEnd }) => phase === 'finetune' && epochEnd)).toHaveLength(
      outcome.result.history.length,
    );
  });

  test('leaves no memory behind, and no excerpts that nobody asked for', () => {
    expect(left).toBe(0);
    expect(outcome.excerpt).toBeNull();
  });

  test('predicts the same whatever its own reviews are rated: they are not learned from', async () => {
    const other = withRatings(plan, (row, rating) => (test1.includes(row) ? 6 - rating : rating));
    const again = await runFold(engine, other, 1);
    expect(again.ratings).toEqual(outcome.ratings);
    expect(again.noHiddenLayer.ratings).toEqual(outcome.noHiddenLayer.ratings);
    expect(again.constant).toEqual(outcome.constant);
    expect(again.result.rmse).not.toBe(outcome.result.rmse);
  });

  test('predicts something else when those that it learns from are rated otherwise, or for another number', async () => {
    const other = withRatings(plan, (row, rating) => (test1.includes(row) ? rating : 6 - rating));
    expect((await runFold(engine, other, 1)).ratings).not.toEqual(outcome.ratings);
    const swapped = { ...plan, folds: plan.folds.map((fold) => 1 - fold) };
    const same = await runFold(engine, swapped, 0); // the same reviews, other random numbers
    expect(same.rows).toEqual(outcome.rows);
    expect(same.ratings).not.toEqual(outcome.ratings);
  });

  test('gives, when asked, what explains its worst mistakes: fewer terms than there are', async () => {
    const { excerpt, ratings } = await runFold(engine, { ...plan, mistakes: 1 }, 1);
    expect(ratings).toEqual(outcome.ratings);
    const { terms } = excerpt!.vocabulary;
    const errors = Array.from(ratings, (rating, i) => rating - truth[i]);
    for (const error of [Math.max(...errors), Math.min(...errors)]) {
      const row = test1[errors.indexOf(error)];
      expect(terms).toContain(words[(row * row) % 5]);
    }
    expect(terms.length).toBeLessThan(12); // of more than 20
  });
});

test('gives an excerpt of a network without hidden layers, too', async () => {
  const bare = resolveOptions({ ...given, hidden: [] });
  const { excerpt } = await runFold(engine, await planFolds(reviews, bare, {}, 1), 0);
  expect(excerpt!.layers).toHaveLength(1);
});

test('the baseline without hidden layers keeps text and head, and has the learning rate of a linear model', () => {
  const own = resolveOptions({ ...given, ngrams: 2, head: 'linear', dropout: 0.3, l1: 0.1, epochs: 80 });
  expect(linearBaseline(own)).toEqual({
    ...own,
    hidden: [],
    dropout: 0,
    l1: 0,
    optimizer: 'adam',
    learningRate: 0.003,
  });
  expect(linearBaseline(options).epochs).toBe(60);
});

describe('encoders for all folds', () => {
  const sharedWith = async (unlabelled: number, more: Partial<Options> = {}) => {
    const others = reviews
      .slice(0, unlabelled)
      .map(({ id, text }) => ({ id, text: `again ${text}`, rating: null }));
    const own = await planFolds(reviews, resolveOptions({ ...given, ...more }), { unlabelled: others }, 0);
    const heard: Progress[] = [];
    const { encoders } = await withSharedEncoders(engine, own, (event) => heard.push(event));
    const { rule, ...rest } = heard[0];
    expect(rest).toEqual({ phase: 'vocabulary', fraction: 0, epochEnd: false });
    return { terms: encoders?.vectorizer.vocabulary.terms, rule };
  };

  test('are learned from the unrated reviews when there are as many as rated ones, and not from the rated', async () => {
    const { terms, rule } = await sharedWith(15);
    expect(terms).toContain('again');
    expect(terms).not.toContain('visit24'); // of a rated review without a copy
    expect(rule).toMatch(/^vocabulary and pre-training: once for all folds, from the 20 unrated reviews/);
  });

  test('are not, when there are fewer', async () => {
    const { terms, rule } = await sharedWith(14);
    expect(terms).toBeUndefined();
    expect(rule).toMatch(/anew in each fold, .* and the 19 unrated ones, since fewer are unrated/);
  });

  test('nor when there are none, of which nothing is said', async () => {
    const rated = await planFolds(
      reviews.filter(({ rating }) => rating !== null),
      options,
      {},
      0,
    );
    const rules: (string | undefined)[] = [];
    expect(
      (await withSharedEncoders(engine, rated, ({ rule }) => rules.push(rule))).encoders,
    ).toBeUndefined();
    expect(rules).toEqual([
      'vocabulary and pre-training: anew in each fold, from its training reviews, since fewer are unrated than rated',
    ]);
  });

  test('are learned from all reviews when that is asked for', async () => {
    const { terms, rule } = await sharedWith(0, { transductive: true });
    expect(terms).toContain('visit24');
    expect(rule).toMatch(/from all reviews \(transductive\)/);
  });

  test('that are there are taken as they are', async () => {
    const shared = await withSharedEncoders(engine, {
      ...plan,
      options: resolveOptions({ ...given, transductive: true }),
    });
    expect(await withSharedEncoders(engine, shared)).toBe(shared);
  });
});
