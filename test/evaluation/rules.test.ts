import { expect, test } from 'vitest';
import { crossValidate, type Options, type Review, SentimentModel } from '../../src/index.ts';
import { epochsRule } from '../../src/pretraining/schedule.ts';

const words = ['cold', 'rude', 'plain', 'warm', 'lovely'];
const reviews = (count: number, rated: boolean, name: string): Review[] =>
  Array.from({ length: count }, (_, i) => ({
    id: String(i),
    text: `${name}${i} ${words[i % 5]} ${words[i % 5]} meal`,
    rating: rated ? 1 + (i % 5) : null,
  }));

const small: Partial<Options> = { hidden: [4, 4], epochs: 2, threads: 1, wide: false, transfer: 'none' };

/** The sentences about what rules chose, in the order in which they were said. */
async function rulesOf(
  run: (hear: (event: { rule?: string }) => void) => Promise<unknown>,
): Promise<string[]> {
  const said: string[] = [];
  await run(({ rule }) => {
    if (rule !== undefined) said.push(rule);
  });
  return said;
}

test('a training says what followed from the number of reviews: epochs, minibatches and passes, when it stops', async () => {
  const said = await rulesOf(async (onProgress) =>
    (await SentimentModel.train(reviews(100, true, 'a'), { options: small, onProgress })).close(),
  );
  expect(said).toEqual([
    'pre-training: 60, 30 epochs (3,600 / √100 reviews, from 3 to 60, above the first layer half; pretrainEpochs to choose)',
    'fine-tuning: minibatches of 8 and 6 passes per epoch, since it learns from 90 rated reviews (batchSize 64 is for more)',
    'fine-tuning: at most 2 epochs, until 5 are no better on 10 reviews set aside ("epochs", "patience", "validation" to choose)',
    'fine-tuning again on all rated reviews, since they are fewer than 2,000, for as many epochs as those set aside and the usual number say',
  ]);
});

test('what was chosen by an option is not said', async () => {
  const options = { ...small, pretrainEpochs: [1], validation: 0, batchSize: 8 };
  const said = await rulesOf(async (onProgress) =>
    (await SentimentModel.train(reviews(600, true, 'a'), { options, onProgress })).close(),
  );
  expect(said).toEqual([
    'fine-tuning: 2 epochs, with no review set aside that could end it ("epochs", "validation" to choose)',
  ]);
  expect(epochsRule({ pretrainEpochs: [1], hidden: [4] }, 1e6)).toBeNull();
});

test('a cross-validation says where its encoders come from, and what all folds have in common once', async () => {
  const options = { ...small, hidden: [4], pretrainEpochs: [1], folds: 3 };
  const run = (unlabelled: Review[], transductive = false) =>
    rulesOf((onProgress) =>
      crossValidate(reviews(60, true, 'a'), {
        options: { ...options, transductive },
        unlabelled,
        onProgress,
      }),
    );
  const own = await run(reviews(5, false, 'b'));
  expect(own).toHaveLength(4);
  expect(own[0]).toBe(
    'vocabulary and pre-training: anew in each fold, from its training reviews and the 5 unrated ones, since fewer are unrated than rated',
  );
  expect(own[1]).toMatch(/^each fold, fine-tuning: minibatches of 8 and \d+ passes per epoch/);
  expect(own[2]).toMatch(/^each fold, fine-tuning: at most 2 epochs/);
  expect(own[3]).toMatch(/^each fold, fine-tuning again on all rated reviews/);
  expect((await run(reviews(60, false, 'b')))[0]).toMatch(
    /: once for all folds, from the 60 unrated reviews/,
  );
  expect((await run([], true))[0]).toMatch(/: once for all folds, from all reviews \(transductive\)$/);
});
