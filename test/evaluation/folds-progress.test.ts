/** The progress of several folds as one. */
import { expect, test } from 'vitest';
import { FoldsProgress } from '../../src/evaluation/folds-progress.ts';
import type { Progress } from '../../src/progress.ts';

const step = (phase: 'pretrain' | 'finetune', fraction: number): Progress =>
  ({ phase, fraction, epoch: 3, epochEnd: true, note: 'of a fold', secondsLeft: 1 }) as Progress;

function listen(folds: number) {
  const heard: Progress[] = [];
  return { heard, progress: new FoldsProgress(folds, (event) => heard.push(event)) };
}

test('pre-training of its own is 60 % of a fold, fine-tuning the rest; a fold without has fine-tuning alone', () => {
  const { heard, progress } = listen(2);
  progress.hear(0, step('pretrain', 0.5));
  progress.hear(0, step('finetune', 0));
  progress.hear(0, step('finetune', 0.5));
  progress.hear(1, step('finetune', 0.5));
  const fractions = heard.map(({ fraction }) => fraction);
  for (const [i, wanted] of [0.15, 0.3, 0.4, 0.65].entries()) expect(fractions[i]).toBeCloseTo(wanted, 12);
  expect(heard.map(({ fold }) => fold)).toEqual([1, 1, 1, 2]);
});

test('a step says which fold it is of, and is neither the end of an epoch nor with the note of its fold', () => {
  const { heard, progress } = listen(4);
  progress.hear(2, step('finetune', 0.5));
  expect(heard[0]).toMatchObject({ phase: 'crossvalidate', fold: 3, folds: 4, epoch: 3, epochEnd: false });
  expect(heard[0]).not.toHaveProperty('note');
});

test('only the end of a fold makes it whole, and says its RMSE; the last makes all of it', () => {
  const { heard, progress } = listen(2);
  progress.hear(0, step('finetune', 1));
  expect(heard[0].fraction).toBeCloseTo(0.99 / 2, 12);
  progress.hear(0, { rmse: 0.87654 });
  expect(heard[1]).toMatchObject({
    ...{ fraction: 0.5, epochEnd: true, validationRmse: 0.87654, fold: 1, folds: 2 },
    note: 'fold 1 of 2: RMSE 0.8765',
  });
  progress.hear(1, { rmse: 1 });
  expect(heard[2]).toMatchObject({ fraction: 1, note: 'fold 2 of 2: RMSE 1.0000', secondsLeft: 0 });
});

test('many folds end at exactly 1, and it never falls when a fold begins anew', () => {
  const { heard, progress } = listen(10);
  progress.hear(0, step('finetune', 0.5));
  progress.hear(0, step('finetune', 0.1));
  expect(heard[1].fraction).toBe(heard[0].fraction);
  for (let fold = 0; fold < 10; fold++) progress.hear(fold, { rmse: 1 });
  expect(heard.at(-1)!.fraction).toBe(1);
});

test('the seconds that are left are those gone by, in proportion', async () => {
  const { heard, progress } = listen(2);
  const began = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 50));
  progress.hear(0, step('finetune', 0.5));
  const elapsed = (performance.now() - began) / 1000;
  // A quarter is done: three times as long is left.
  expect(heard[0].secondsLeft).toBeGreaterThan(3 * 0.045);
  expect(heard[0].secondsLeft).toBeLessThan(3 * elapsed + 0.1);
});

test('rules are told in the order of the folds, whichever says them first, and once', () => {
  const { heard, progress } = listen(3);
  const says = (fold: number, rule: string): void => progress.hear(fold, { ...step('finetune', 0), rule });
  const told = (): unknown[] =>
    heard.splice(0).flatMap(({ rule, epochEnd }) => rule ?? (epochEnd ? 'end' : []));
  says(1, '8 minibatches of 90 reviews');
  says(1, 'taught by 1,200 reviews');
  progress.hear(2, { rmse: 1 });
  expect(told()).toEqual(['end']);
  says(0, '8 minibatches of 91 reviews');
  expect(told()).toEqual(['each fold, 8 minibatches of 91 reviews']);
  progress.hear(0, { rmse: 1 });
  expect(told()).toEqual(['some folds, taught by 1,200 reviews', 'end']);
  progress.hear(1, { rmse: 1 });
  expect(told()).toEqual(['end']);
});

test('only the folds that are run are waited for', () => {
  const heard: Progress[] = [];
  const progress = new FoldsProgress(4, (event) => heard.push(event), [3, 1]);
  progress.hear(3, { ...step('finetune', 0), rule: 'a rule' });
  expect(heard).toEqual([]);
  progress.hear(1, { rmse: 1 });
  expect(heard).toMatchObject([
    { rule: 'some folds, a rule', fraction: 0.5, folds: 2 },
    { epochEnd: true, fraction: 0.5 },
  ]);
});

test('without a listener nothing happens', () => {
  expect(() => new FoldsProgress(2, undefined).hear(0, { rmse: 1 })).not.toThrow();
});
