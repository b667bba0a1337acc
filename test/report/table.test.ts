import { describe, expect, test } from 'vitest';
import type { CrossValidationResult } from '../../src/evaluation/results.ts';
import { defaultOptions } from '../../src/options.ts';
import {
  crossValidationTable,
  duration,
  evaluationTable,
  grid,
  pretrainingTable,
  type Style,
  trainingTable,
} from '../../src/report/table.ts';

const loud: Style = { strong: (text) => `<b>${text}</b>`, faint: (text) => `<i>${text}</i>` };

describe('grid', () => {
  test('widths come from the cells, decimal points stand under each other, a rule is between sections', () => {
    const table = grid(
      [
        { title: 'name', align: 'left' },
        { title: 'share\nof all', align: 'point' },
      ],
      [
        [
          ['a', '9.5 %'],
          ['longer', '100.0 %'],
        ],
        [['all', '1,000'], ['none']],
      ],
    );
    expect(table).toBe(
      [
        '            share',
        'name       of all',
        '-----------------',
        'a           9.5 %',
        'longer    100.0 %',
        '-----------------',
        'all     1,000',
        'none',
      ].join('\n'),
    );
  });
});

test.each([
  [0.04, '0.0 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [59.6, '1 min 00 s'],
  [65, '1 min 05 s'],
  [3599.7, '1 h 00 min'],
  [7500, '2 h 05 min'],
])('%d seconds are %s', (seconds, said) => {
  expect(duration(seconds)).toBe(said);
});

const fold = (n: number, rmse: number): CrossValidationResult['folds'][number] => ({
  ...{
    fold: n,
    trainSize: 1800,
    testSize: 200,
    rmse,
    mae: rmse / 2,
    bestEpoch: n * 5,
    history: [],
    seconds: n * 2,
  },
  sparsity: { input: 0.99, hidden: [0.8 + n / 100, 0.5] },
});

const result: CrossValidationResult = {
  folds: [fold(1, 0.7), fold(2, 0.8)],
  rmse: { mean: 0.75, std: 0.0707, pooled: 0.7517, perFold: [] },
  mae: { mean: 0.375, std: 0.0354, pooled: 0.375, perFold: [] },
  baselines: {
    constant: { rmse: { mean: 1.3, std: 0.01, pooled: 1.3001, perFold: [] } },
    noHiddenLayer: {
      rmse: { mean: 0.9, std: 0.02, pooled: 0.9002, perFold: [] },
      sparsity: { input: 0.99, hidden: [] },
    },
  },
  ...{ options: defaultOptions, seed: 1, version: '0.1.0', seconds: 75 },
  data: { rated: 2000, unrated: 8000, levels: [1, 2, 3, 4, 5] },
};

describe('cross-validation', () => {
  const lines = crossValidationTable(result).split('\n');

  test('each fold has its line, with sparsities in percent', () => {
    expect(lines.slice(0, 5)).toEqual([
      '                                     sparsity  sparsity  sparsity   best',
      'fold    train  test    RMSE     MAE     input  hidden 1  hidden 2  epoch  seconds',
      '---------------------------------------------------------------------------------',
      '1       1,800   200  0.7000  0.3500    99.0 %    81.0 %    50.0 %    5        2.0',
      '2       1,800   200  0.8000  0.4000    99.0 %    82.0 %    50.0 %   10        4.0',
    ]);
  });

  test('mean, standard deviation and pooled figures follow', () => {
    expect(lines.slice(6, 9)).toEqual([
      'mean                 0.7500  0.3750    99.0 %    81.5 %    50.0 %    7.5      3.0',
      '± std                0.0707  0.0354',
      'pooled               0.7517  0.3750',
    ]);
  });

  test('the baselines stand beside it', () => {
    expect(lines).toContain('this network            0.7517  0.7500  0.0707');
    expect(lines).toContain('no hidden layer         0.9002  0.9000  0.0200');
    expect(lines).toContain('constant predictor      1.3001  1.3000  0.0100');
  });

  test('a sentence says which figure is which, and whether test texts were seen', () => {
    const said = (changed: Partial<CrossValidationResult>, encoders?: string): string =>
      crossValidationTable({ ...result, ...changed }, undefined, encoders);
    expect(said({})).toContain('"pooled" is the error over all 2,000 test reviews together');
    expect(said({})).toContain('Not transductive: ');
    expect(said({ options: { ...defaultOptions, transductive: true } })).toContain('\nTransductive: ');
    expect(said({}, 'enc')).toContain('Vocabulary and encoders come from enc; if they have seen these texts');
    expect(said({})).toContain('2,000 rated reviews, 8,000 unrated; levels 1 2 3 4 5.');
    const levels = Array.from({ length: 21 }, (_, k) => k / 100);
    expect(said({ data: { rated: 9, unrated: 0, levels } })).toContain(
      '9 rated reviews; continuous ratings.',
    );
    expect(said({})).toContain('1 min 15 s.');
  });

  test('a network without hidden layers has no column for them', () => {
    const folds = result.folds.map((f) => ({ ...f, sparsity: { input: 0.99, hidden: [] } }));
    expect(crossValidationTable({ ...result, folds })).not.toContain('hidden 1');
  });

  test('style changes how it looks and not what it says', () => {
    const styled = crossValidationTable(result, loud);
    expect(styled).toContain('<b>fold    train');
    expect(styled.replace(/<\/?[bi]>/g, '')).toBe(lines.join('\n'));
  });
});

test('an evaluation is a list of figures', () => {
  const evaluation = { rmse: 0.71239, mae: 0.5, n: 1234, sparsity: { input: 0.991, hidden: [0.755] } };
  expect(evaluationTable(evaluation).split('\n')).toEqual([
    'RMSE                0.7124',
    'MAE                 0.5000',
    'rated reviews       1,234',
    'sparsity, input     99.1 %',
    'sparsity, hidden 1  75.5 %',
  ]);
});

test('a training says what was learned, and that its validation error is not unbiased', () => {
  const history = [1, 2, 3].map((epoch) => ({ epoch, cost: 1, validationRmse: 0.8, sparsity: [0.5] }));
  const training = {
    ...{ rated: 2000, unrated: 8000, terms: 5000, validationRmse: 0.8, bestEpoch: 2, history, seconds: 61 },
    sparsity: { input: 0.99, hidden: [0.5] },
  };
  const about = { training, levels: [0.5, 1, 1.5], options: defaultOptions, out: 'model' };
  const table = trainingTable(about);
  expect(table).toContain('learned from        2,000 rated reviews, 8,000 unrated\n');
  expect(table).toContain('levels              0.5 1 1.5\n');
  expect(table).toContain('network             5,000 terms - 1,000 rectifier - softmax\n');
  expect(table).toContain('best epoch          2 of 3\n');
  expect(table).toMatch(/validation RMSE +0\.8000 \(.*crossvalidate measures without bias\)/);
  const unvalidated = trainingTable({ ...about, training: { ...training, validationRmse: null } });
  expect(unvalidated).toContain('no validation part');
});

test('a pre-training lists its layers, if there are any', () => {
  const layer = { cost: 12.3456, sparsity: 0.81, epochs: 10, reviewsPerSecond: 10_400.6 };
  const about = { reviews: 8000, terms: 5000, options: defaultOptions, seconds: 8, out: 'encoders' };
  const table = pretrainingTable({ ...about, layers: [layer] });
  expect(table).toContain('    1  1,000      10  12.346    81.0 %     10,401\n');
  expect(table).toContain('learned from  8,000 reviews, without their ratings\n');
  expect(pretrainingTable({ ...about, layers: [] })).not.toContain('sparsity');
});
