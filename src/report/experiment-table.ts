/** An experiment as text: table 2 of the paper on these reviews, each pair of networks, and the error by the number of labels. */
import type { SentimentExperiment, VariantResult } from '../experiments/results.ts';
import { type Column, count, duration, grid, percent, plain, type Style } from './table.ts';

/** A p value as a person reads it. */
export function pValue(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

/** "0.7460 ± 0.0040". */
export function plusMinus({ mean, std }: { mean: number; std: number }, digits = 4): string {
  return `${mean.toFixed(digits)} ± ${std.toFixed(digits)}`;
}

/** Fraction of zeros as the table of the paper has it: of all hidden units, or of the input where there are none. */
export function zerosOf({ sparsity }: VariantResult): string {
  const { mean, std } = sparsity.hidden ?? sparsity.input;
  return `${(100 * mean).toFixed(1)} ± ${(100 * std).toFixed(1)} %`;
}

export function zerosOfLayers({ sparsity }: VariantResult): string {
  return sparsity.layers.map(({ mean }) => percent(mean)).join(', ');
}

/** What the tables mean and how they were made, in sentences. */
export function experimentNotes({ options, variants, seconds, data }: SentimentExperiment): string[] {
  return [
    `${count(data.rated)} rated reviews in ${options.folds} folds, ${count(data.unrated)} unrated ones for vocabulary and pre-training${options.transductive ? ', which also saw the text of the test reviews' : ''}; ${duration(seconds)}.`,
    'Mean ± standard deviation over the folds; zeros: fraction of exact zeros of the hidden units (of the input where there are none).',
    `Each network takes the best of ${variants.map(({ choices }) => choices[0].tried.length || 'no').join(', ')} settings by inner validation, for each half of the folds on the other half.`,
    'Differences are paired by fold: interval and p of the corrected resampled t-test (Nadeau and Bengio 2003), adjusted p over all pairs (Holm), and p of the signed-rank test over reviews’ squared errors.',
    'The paper’s figures are of other data; their order is what compares.',
  ];
}

const point = (title: string): Column => ({ title, align: 'point' });
const left = (title: string): Column => ({ title, align: 'left' });

export function experimentTable(result: SentimentExperiment, style: Style = plain): string {
  const titles = new Map(result.variants.map(({ name, title }) => [name, title]));
  const networks = grid(
    [
      left('network'),
      left('RMSE'),
      point('pooled'),
      left('zeros'),
      left('zeros by layer'),
      left('RMSE in\nthe paper'),
    ],
    [
      result.variants.map((variant) => [
        variant.title,
        plusMinus(variant.rmse),
        variant.rmse.pooled.toFixed(4),
        zerosOf(variant),
        zerosOfLayers(variant),
        variant.paper,
      ]),
      [['constant', plusMinus(result.constant), result.constant.pooled.toFixed(4)]],
    ],
    style,
  );
  const pairs = grid(
    [
      left('better'),
      left('worse'),
      point('by'),
      left('95 % interval'),
      point('folds'),
      left('p'),
      left('adjusted'),
      left('p over\nreviews'),
    ],
    [
      result.pairs.map(({ better, worse, difference, foldsWon, adjustedP, reviewsP }) => [
        titles.get(better)!,
        titles.get(worse)!,
        difference.mean.toFixed(4),
        difference.interval.map((end) => end.toFixed(4)).join(' to '),
        `${foldsWon} of ${result.options.folds}`,
        pValue(difference.p),
        pValue(adjustedP),
        pValue(reviewsP),
      ]),
    ],
    style,
  );
  const curve = curveRows(result);
  const labels = grid(
    [point('labels'), ...curve.names.map((name) => left(titles.get(name)!))],
    [curve.rows.map(({ labels, rmse }) => [count(labels), ...rmse.map((one) => plusMinus(one))])],
    style,
  );
  return [networks, pairs, labels, style.faint(experimentNotes(result).join('\n'))].join('\n\n');
}

/** The points of the curve, a row per number of labels. */
export function curveRows({ curve }: SentimentExperiment) {
  const names = [...new Set(curve.map(({ variant }) => variant))];
  const sizes = [...new Set(curve.map(({ labels }) => labels))].sort((a, b) => a - b);
  return {
    names,
    rows: sizes.map((labels) => ({
      labels,
      rmse: names.map((name) => curve.find((one) => one.variant === name && one.labels === labels)!.rmse),
    })),
  };
}
