/** The folds of a cross-validation as tables: each fold with its baselines, and the comparison over all of them. */
import type { CrossValidationResult, Spread } from '../../evaluation/results.ts';
import { count, mean, percent } from '../table.ts';
import type { Markup } from './markup.ts';
import { figure } from './numbers.ts';
import { type TableColumn, table } from './table.ts';

/** Each fold; below them the mean, the standard deviation, and the figure over all test reviews together. */
export function foldsTable({ folds, rmse, mae, baselines }: CrossValidationResult): Markup {
  const hidden = folds[0].sparsity.hidden;
  const noHiddenLayer = baselines.noHiddenLayer.rmse;
  const constant = baselines.constant.rmse;
  const number = (title: string): TableColumn => ({ title, number: true });
  const sparsities = folds.map(({ sparsity }) => [sparsity.input, ...sparsity.hidden]);
  const errors = [rmse, mae, noHiddenLayer, constant];
  return table({
    caption: 'Folds',
    captionHidden: true,
    columns: [
      'fold',
      'train',
      'test',
      'RMSE',
      'MAE',
      'RMSE, no hidden layer',
      'RMSE, constant',
      'zeros, input',
      ...hidden.map((_, i) => `zeros, hidden ${i + 1}`),
      'best epoch',
      'seconds',
    ].map(number),
    rows: folds.map((fold, f) => [
      fold.fold,
      count(fold.trainSize),
      count(fold.testSize),
      figure(fold.rmse),
      figure(fold.mae),
      figure(noHiddenLayer.perFold[f]),
      figure(constant.perFold[f]),
      ...sparsities[f].map(percent),
      fold.bestEpoch,
      fold.seconds.toFixed(1),
    ]),
    foot: [
      [
        'mean',
        '',
        '',
        ...errors.map((one) => figure(one.mean)),
        ...sparsities[0].map((_, i) => percent(mean(sparsities.map((fold) => fold[i])))),
        mean(folds.map(({ bestEpoch }) => bestEpoch)).toFixed(1),
        mean(folds.map(({ seconds }) => seconds)).toFixed(1),
      ],
      ['± std', '', '', ...errors.map((one) => figure(one.std))],
      ['pooled', '', '', ...errors.map((one) => figure(one.pooled))],
    ],
  });
}

/** The network beside the two baselines. */
export function comparisonTable({ rmse, baselines }: CrossValidationResult): Markup {
  const line = (name: string, { pooled, mean, std }: Spread) => [
    name,
    figure(pooled),
    figure(mean),
    figure(std),
  ];
  return table({
    caption: 'RMSE on the same folds',
    columns: [{ title: 'model' }, ...['pooled', 'mean', '± std'].map((title) => ({ title, number: true }))],
    rows: [
      line('this network', rmse),
      line('no hidden layer', baselines.noHiddenLayer.rmse),
      line('constant predictor', baselines.constant.rmse),
    ],
  });
}
