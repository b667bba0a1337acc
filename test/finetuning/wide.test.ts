/** The linear model beside the network: how its share is picked, and that both together rate as they say. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Review } from '../../src/corpus/review.ts';
import { termWeights } from '../../src/finetuning/term-weights.ts';
import { guessedShare, hasWide, predictFitted, shareOf, wideOptions } from '../../src/finetuning/wide.ts';
import { type Options, resolveOptions } from '../../src/options.ts';
import { Vectorizer } from '../../src/text/vectorizer.ts';
import { fitToReviews } from './helpers.ts';

describe('the share of the linear model', () => {
  const ratings = fc.array(fc.double({ min: 1, max: 5, noNaN: true }), { minLength: 3, maxLength: 30 });

  test('has the least squared error, counting two hundred reviews more that would have it at 0.3', () => {
    fc.assert(
      fc.property(ratings, ratings, ratings, (a, b, actual) => {
        const n = Math.min(a.length, b.length, actual.length);
        const [own, wide, truth] = [a, b, actual].map((list) => Float64Array.from(list.slice(0, n)));
        const apart = own.reduce((sum, value, i) => sum + (wide[i] - value) ** 2, 0) / n;
        fc.pre(apart > 1e-6);
        const cost = (s: number): number =>
          own.reduce((sum, value, i) => sum + (value + s * (wide[i] - value) - truth[i]) ** 2, 0) +
          200 * apart * (s - 0.3) ** 2;
        const share = shareOf(own, wide, truth, 0.3);
        for (let s = 0; s <= 1; s += 0.01) expect(cost(share)).toBeLessThanOrEqual(cost(s) + 1e-9);
      }),
    );
  });

  test('is the guess where the validation part says nothing: when it is empty, or both rate alike', () => {
    expect(shareOf(new Float64Array(0), new Float64Array(0), new Float64Array(0), 0.2)).toBe(0.2);
    expect(shareOf(Float64Array.of(2), Float64Array.of(2), Float64Array.of(5), 0.2)).toBe(0.2);
    expect([0, 800, 1e9].map(guessedShare)).toEqual([0, 0.35, expect.closeTo(0.7, 5)]);
  });

  test('is nearly all of the rating when very many reviews say so, and nothing when they say that', () => {
    const truth = Float64Array.from({ length: 1e5 }, (_, i) => i % 5);
    const other = Float64Array.from({ length: 1e5 }, (_, i) => (i * 7) % 11);
    expect(shareOf(other, truth, truth, 0.3)).toBeGreaterThan(0.99);
    expect(shareOf(truth, other, truth, 0.3)).toBeLessThan(0.01);
    // Beyond what both say it is all or nothing, not more.
    const all = (value: number) => new Float64Array(1e5).fill(value);
    expect(shareOf(all(0), all(1), all(3), 0.3)).toBe(1);
    expect(shareOf(all(0), all(1), all(-3), 0.3)).toBe(0);
  });
});

const reviews = Array.from({ length: 240 }, (_, i) => {
  const stars = 1 + (i % 5);
  const words = ['awful', 'poor', 'plain', 'good', 'great'];
  const other = words[(i * 3) % 5];
  return {
    id: `${i}`,
    text: `${words[stars - 1]} soup number${i % 17} ${i % 4 === 0 ? other : ''}`,
    rating: stars,
  };
});

const fitted = (
  given: Partial<Options>,
  more?: Parameters<typeof fitToReviews>[2],
  from: readonly Review[] = reviews,
) => fitToReviews(from, { hidden: [12], pretrainEpochs: [1], epochs: 3, ...given }, more);

describe('a fitted model', () => {
  test('rates by both, its network and the linear model, with their shares', async () => {
    const { model, engine, corpus } = await fitted({});
    const rows = corpus.rated.subarray(0, 50);
    const together = predictFitted(engine, model, corpus, rows);
    const own = predictFitted(engine, { ...model, wide: null }, corpus, rows);
    const wide = predictFitted(engine, { ...model.wide!, wide: null, validationRmse: null }, corpus, rows);
    const share = model.wide!.share;
    expect(share).toBeGreaterThan(0);
    expect([...own.ratings]).not.toEqual([...wide.ratings]);
    together.ratings.forEach((rating, i) => {
      expect(rating).toBeCloseTo((1 - share) * own.ratings[i] + share * wide.ratings[i], 12);
    });
    together.distribution!.forEach((p, i) => {
      expect(p).toBeCloseTo((1 - share) * own.distribution![i] + share * wide.distribution![i], 12);
    });
    expect(together.sparsity).toEqual(own.sparsity);
  });

  test('says the RMSE of both together on the part that neither learned from', async () => {
    const { model, corpus } = await fitted({});
    expect(model.wide!.validationRows).toEqual(model.validationRows);
    const { ratings } = model.validated;
    const squares = ratings.map((rating, i) => (rating - corpus.ratings[model.validationRows[i]]) ** 2);
    const rmse = Math.sqrt(squares.reduce((a, b) => a + b) / ratings.length);
    expect(model.validationRmse).toBeCloseTo(rmse, 12);
  });

  test('weighs the terms of the linear model by ratings outside the validation part, and by no others', async () => {
    const { model, corpus } = await fitted({});
    const aside = new Set(model.validationRows);
    const learned = corpus.rated.filter((row) => !aside.has(row));
    expect([learned.length, aside.size].every((count) => count > 10)).toBe(true);
    const { vectorizer } = model.wide!;
    const { weights, ...vocabulary } = vectorizer.vocabulary;
    const x = new Vectorizer(vectorizer.options, vocabulary).transformCorpus(corpus.tokens, learned);
    const ratings = Array.from(learned, (row) => corpus.ratings[row]);
    expect(weights).toEqual(termWeights(x, ratings, [model.head.levels[0], model.head.levels.at(-1)!]));
    expect(model.vectorizer.vocabulary.weights).toBeUndefined();
    // The terms themselves are those of all rated reviews.
    expect(vocabulary.documents).toBe(240);
  });

  test('has a network that the linear model does not change, and none beside it when it is not asked for', async () => {
    const [both, alone] = [await fitted({}), await fitted({ wide: false })];
    expect(alone.model.wide).toBeNull();
    expect(alone.model.validationRmse).toBe(alone.model.record.validationRmse);
    expect(both.model.record.history).toEqual(alone.model.record.history);
    const weights = ({ model }: typeof both) => model.network.layers[0].weights.data.slice();
    expect(weights(both)).toEqual(weights(alone));
    // It says how it goes on in a phase of its own, and no rule that the network has not said.
    expect(both.rules).toEqual(alone.rules);
    const phases = ({ events }: typeof both) => [...new Set(events.map(({ phase }) => phase))];
    expect(phases(alone)).toEqual(['finetune', 'refit']);
    expect(phases(both)).toEqual(['finetune', 'refit', 'wide']);
  });

  test('has the levels that are given, in both', async () => {
    const { model } = await fitted({}, { levels: [0, 1, 2, 3, 4, 5] });
    expect(model.wide!.head.levels).toEqual([0, 1, 2, 3, 4, 5]);
    expect(model.head.levels).toEqual(model.wide!.head.levels);
  });

  test('has the share of the linear model that is guessed, and no RMSE, where no review was set aside', async () => {
    const { model } = await fitted({ validation: 0 });
    expect(model.wide!.share).toBe(guessedShare(240));
    expect(model.validationRmse).toBeNull();
  });

  test.each([
    ['the guess is next to nothing, and no review set aside says otherwise', reviews.slice(0, 9), []],
    [
      'no term is in two rated reviews',
      reviews.slice(0, 20).map((review, i) => ({ ...review, text: `own${i}` })),
      Array.from({ length: 20 }, (_, i) => ({ id: '', text: `own${i}`, rating: null })),
    ],
  ])('has none beside its network where %s', async (_name, rated, unlabelled) => {
    const { model } = await fitted({}, { unlabelled }, rated);
    expect(model.wide).toBeNull();
  });

  test('has a linear model of one epoch, and of up to two from 2,000 rated reviews on', async () => {
    const quick = { hidden: [2], pretrain: false, epochs: 1, ngrams: 1 } as const;
    const many = Array.from({ length: 2000 }, (_, i) => reviews[i % 240]);
    const [below, above] = [await fitted(quick, {}, many.slice(1)), await fitted(quick, {}, many)];
    expect(below.model.wide!.record.history.length).toBe(1);
    expect(above.model.wide!.record.history.length).toBe(2);
    expect(above.model.wide!.options.epochs).toBe(2);
  });

  test('has a linear model of runs of three words where there are 4,000 rated reviews of 150 words in the mean, and says so', async () => {
    const quick = { hidden: [2], pretrain: false, epochs: 1, ngrams: 1 } as const;
    /** Of 150 words and one more, or one less: 150 in the mean. */
    const long = Array.from({ length: 4000 }, (_, i) => {
      const { text, ...rest } = reviews[i % 240];
      const said = text.trim().split(' ');
      const more = 150 + (i % 2 === 0 ? 1 : -1) - said.length;
      return {
        ...rest,
        text: [...said, ...Array.from({ length: more }, (_, k) => `w${(k * i) % 30}`)].join(' '),
      };
    });
    const longest = ({ model }: Awaited<ReturnType<typeof fitted>>): number =>
      Math.max(...model.wide!.vectorizer.vocabulary.terms.map((term) => term.split(' ').length));
    const shorter = long.with(0, reviews[0]);
    const of3 = await fitted(quick, {}, long);
    expect(longest(of3)).toBe(3);
    expect(of3.model.wide!.options.ngrams).toBe(3);
    const said = ({ rules }: typeof of3): string[] =>
      rules.filter((rule) => rule.includes('runs of 3 words'));
    expect(said(of3)).toHaveLength(1);
    for (const other of [long.slice(1), shorter]) {
      const of2 = await fitted(quick, {}, other);
      expect([longest(of2), of2.model.wide!.options.ngrams, said(of2)]).toEqual([2, 2, []]);
    }
    const asked = await fitted({ ...quick, ngrams: 4 }, {}, long);
    expect([longest(asked), said(asked)]).toEqual([4, []]);
  });
});

test('the linear model reads at least pairs of words; a network without hidden layers needs none', () => {
  const options = resolveOptions({ ngrams: 1, stem: true, wideVocabularySize: 123 });
  expect(wideOptions(options)).toMatchObject({
    ngrams: 2,
    stem: true,
    vocabularySize: 123,
    weighting: 'binary',
    hidden: [],
  });
  expect(wideOptions(resolveOptions({ ngrams: 3 })).ngrams).toBe(3);
  expect(hasWide(options)).toBe(true);
  expect(hasWide(resolveOptions({ wide: false }))).toBe(false);
  expect(hasWide(resolveOptions({ hidden: [] }))).toBe(false);
});

test('the linear model learns in its own way, whatever the network does: twice the squared error, and nothing that holds it back', () => {
  const network = {
    pretrain: true,
    dropout: 0.5,
    wordDropout: 0.2,
    l1: 1e-4,
    weightDecay: 1e-3,
    optimizer: 'sgd',
    learningRate: 0.5,
    ratingError: 3,
  } as const;
  expect(wideOptions(resolveOptions(network))).toMatchObject({
    wide: false,
    pretrain: false,
    dropout: 0,
    wordDropout: 0,
    l1: 0,
    weightDecay: 0,
    optimizer: 'adam',
    learningRate: 0.06,
    ratingError: 6,
  });
  // The most that the option may be.
  expect(wideOptions(resolveOptions({ ratingError: 800 })).ratingError).toBe(1000);
});
