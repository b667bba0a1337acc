/** Unrated copies of rated texts: they would show a test fold's texts to vocabulary and pre-training. */
import { expect, test } from 'vitest';
import { crossValidate, type Options, type Review } from '../../src/index.ts';

const words = ['awful', 'cold', 'plain', 'fine', 'lovely'];
const rated: Review[] = Array.from({ length: 30 }, (_, i) => ({
  id: `r${i}`,
  text: `visit number${i} was ${words[i % 5]}`,
  rating: 1 + (i % 5),
}));
const others: Review[] = rated
  .slice(0, 8)
  .map(({ id, text }) => ({ id: `o${id}`, text: `again ${text}`, rating: null }));
const copies: Review[] = rated.map(({ id, text }) => ({ id: `c${id}`, text, rating: null }));
const options: Partial<Options> = {
  ...{ hidden: [4], folds: 3, epochs: 2, pretrainEpochs: [1], threads: 1, minDocumentFrequency: 1 },
};

test('a cross-validation leaves them out: with them it gives the same figures as without', async () => {
  const without = await crossValidate([...rated, ...others], { options });
  const withCopies = await crossValidate([...rated, ...others, ...copies], { options });
  expect(withCopies.rmse).toEqual(without.rmse);
  expect([without.data.unrated, withCopies.data.unrated]).toEqual([8, 38]);
});
