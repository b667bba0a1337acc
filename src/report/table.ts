/**
 * Results as text for people: plain functions from a result to a string. Nothing is printed here, and nothing is
 * computed that is not in the result already, but for means of columns.
 */
import { MOST_DISTINCT_LEVELS } from '../corpus/scale.ts';
import type { CrossValidationResult, EvaluationResult, Spread } from '../evaluation/results.ts';
import type { TrainingSummary } from '../model/sentiment-model.ts';
import type { Options } from '../options.ts';
import type { PretrainedLayer } from '../pretraining/stack.ts';

/** How a terminal stresses things; `plain` where there is none. */
export interface Style {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

export const plain: Style = { strong: (text) => text, faint: (text) => text };

export type Align = 'left' | 'point';

export interface Column {
  /** One or two lines. */
  readonly title: string;
  /** 'point': numbers, one decimal point under the other. */
  readonly align: Align;
}

const GAP = '  ';

/**
 * A table with a rule under its titles and between its sections. Widths come from what is in it.
 * @param sections rows of cells, one per column; missing cells are blank
 */
export function grid(
  columns: readonly Column[],
  sections: readonly (readonly (readonly string[])[])[],
  style: Style = plain,
): string {
  const titles = columns.map(({ title }) => title.split('\n'));
  const height = Math.max(...titles.map((lines) => lines.length));
  const rows = sections.flat();
  const cells = columns.map(({ align }, c) => {
    const column = rows.map((row) => row[c] ?? '');
    return align === 'left' ? column : alignPoints(column);
  });
  const widths = columns.map((_, c) =>
    Math.max(...titles[c].map((line) => line.length), ...cells[c].map((cell) => cell.length)),
  );
  const pad = (text: string, c: number): string =>
    columns[c].align === 'left' ? text.padEnd(widths[c]) : text.padStart(widths[c]);
  const line = (texts: readonly string[]): string => texts.map(pad).join(GAP).trimEnd();
  const rule = style.faint('-'.repeat(widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length)));
  const head = Array.from({ length: height }, (_, i) =>
    style.strong(line(titles.map((lines) => lines[i - height + lines.length] ?? ''))),
  );
  const lines = rows.map((_, r) => line(cells.map((cell) => cell[r])));
  const body = sections.flatMap((section, s) => {
    const from = sections.slice(0, s).flat().length;
    return [rule, ...lines.slice(from, from + section.length)];
  });
  return [...head, ...body].join('\n');
}

/** Pads cells so that their decimal points stand under each other. */
function alignPoints(column: readonly string[]): string[] {
  const split = column.map((cell) => {
    const point = cell.search(/\.\d/);
    return point === -1
      ? { left: cell, right: '' }
      : { left: cell.slice(0, point), right: cell.slice(point) };
  });
  const right = Math.max(...split.map((cell) => cell.right.length));
  return split.map((cell) => cell.left + cell.right.padEnd(right));
}

/** Names and values in two columns. */
export function facts(pairs: readonly (readonly [string, string])[], style: Style = plain): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${style.faint(name.padEnd(width))}${GAP}${value}`).join('\n');
}

export const count = (n: number): string => n.toLocaleString('en-US');
export const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;
const figure = (error: number): string => error.toFixed(4);

/** Seconds as a person says them. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (n: number): string => String(n).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/**
 * Folds, their mean and spread, the pooled figures, and the two baselines on the same folds.
 * @param encoders where the encoders come from, if the folds did not learn their own
 */
export function crossValidationTable(
  result: CrossValidationResult,
  style: Style = plain,
  encoders?: string,
): string {
  const { folds, rmse, mae, baselines } = result;
  const hidden = folds[0].sparsity.hidden;
  const columns: Column[] = [
    { title: 'fold', align: 'left' },
    { title: 'train', align: 'point' },
    { title: 'test', align: 'point' },
    { title: 'RMSE', align: 'point' },
    { title: 'MAE', align: 'point' },
    { title: 'sparsity\ninput', align: 'point' },
    ...hidden.map((_, i): Column => ({ title: `sparsity\nhidden ${i + 1}`, align: 'point' })),
    { title: 'best\nepoch', align: 'point' },
    { title: 'seconds', align: 'point' },
  ];
  const sparsities = folds.map(({ sparsity }) => [sparsity.input, ...sparsity.hidden]);
  const rows = folds.map((fold, f) => [
    String(fold.fold),
    count(fold.trainSize),
    count(fold.testSize),
    figure(fold.rmse),
    figure(fold.mae),
    ...sparsities[f].map(percent),
    String(fold.bestEpoch),
    fold.seconds.toFixed(1),
  ]);
  const means = [
    'mean',
    '',
    '',
    figure(rmse.mean),
    figure(mae.mean),
    ...sparsities[0].map((_, i) => percent(mean(sparsities.map((fold) => fold[i])))),
    mean(folds.map(({ bestEpoch }) => bestEpoch)).toFixed(1),
    mean(folds.map(({ seconds }) => seconds)).toFixed(1),
  ];
  const summary = [
    means,
    ['± std', '', '', figure(rmse.std), figure(mae.std)],
    ['pooled', '', '', figure(rmse.pooled), figure(mae.pooled)],
  ];
  const spread = (name: string, { mean, std, pooled }: Spread): string[] => [
    name,
    figure(pooled),
    figure(mean),
    figure(std),
  ];
  const comparison = grid(
    [
      { title: 'RMSE on the same folds', align: 'left' },
      { title: 'pooled', align: 'point' },
      { title: 'mean', align: 'point' },
      { title: '± std', align: 'point' },
    ],
    [
      [
        spread('this network', rmse),
        spread('no hidden layer', baselines.noHiddenLayer.rmse),
        spread('constant predictor', baselines.constant.rmse),
      ],
    ],
    style,
  );
  return [grid(columns, [rows, summary], style), comparison, style.faint(explain(result, encoders))].join(
    '\n\n',
  );
}

/** What the trainings have seen of the test reviews. */
export function protocolOf({ options }: CrossValidationResult, encoders?: string): string {
  if (encoders !== undefined) {
    return `Vocabulary and encoders come from ${encoders}; if they have seen these texts, the figures are transductive.`;
  }
  return options.transductive
    ? 'Transductive: vocabulary and pre-training saw the text of the test folds, never their ratings.'
    : 'Not transductive: vocabulary and pre-training never saw the text of a test fold.';
}

/** What "pooled", "mean" and "± std" are. */
export function pooledMeans({ folds, data }: CrossValidationResult): string {
  return `"pooled" is the error over all ${count(data.rated)} test reviews together; "mean" and "± std" are over the ${folds.length} folds.`;
}

function explain(result: CrossValidationResult, encoders?: string): string {
  const { data, seconds } = result;
  const unrated = data.unrated > 0 ? `, ${count(data.unrated)} unrated` : '';
  return [
    pooledMeans(result),
    protocolOf(result, encoders),
    `Data: ${count(data.rated)} rated reviews${unrated}; ${scaleOf(data.levels)}. Sparsity: fraction of exact zeros. ${duration(seconds)}.`,
  ].join('\n');
}

/** Of a continuous scale, results hold no more than the first of its levels. */
export const isContinuous = (levels: readonly number[]): boolean => levels.length > MOST_DISTINCT_LEVELS;

function scaleOf(levels: readonly number[]): string {
  return isContinuous(levels) ? 'continuous ratings' : `levels ${levelList(levels)}`;
}

export function levelList(levels: readonly number[]): string {
  const shown = levels.map((level) => String(Number(level.toPrecision(6))));
  return shown.length > 12 ? `${shown[0]} to ${shown[shown.length - 1]} (${shown.length})` : shown.join(' ');
}

function sparsityFacts({ input, hidden }: EvaluationResult['sparsity']): [string, string][] {
  return [
    ['sparsity, input', percent(input)],
    ...hidden.map((value, i): [string, string] => [`sparsity, hidden ${i + 1}`, percent(value)]),
  ];
}

export function evaluationTable({ rmse, mae, n, sparsity }: EvaluationResult, style: Style = plain): string {
  return facts(
    [
      ['RMSE', style.strong(figure(rmse))],
      ['MAE', figure(mae)],
      ['rated reviews', count(n)],
      ...sparsityFacts(sparsity),
    ],
    style,
  );
}

export interface TrainingTableFacts {
  readonly training: TrainingSummary;
  readonly levels: readonly number[];
  readonly options: Options;
  /** Where the model was written. */
  readonly out: string;
}

/** What `train` says at its end. */
export function trainingTable(
  { training, levels, options, out }: TrainingTableFacts,
  style: Style = plain,
): string {
  const epochs = training.history.length;
  return facts(
    [
      ['learned from', `${count(training.rated)} rated reviews, ${count(training.unrated)} unrated`],
      ['levels', levelList(levels)],
      ['network', networkOf(training.terms, options)],
      ...transferFacts(training.transfer),
      ...wideFacts(training.wide),
      ['best epoch', `${training.bestEpoch} of ${epochs}`],
      [
        'validation RMSE',
        training.validationRmse === null
          ? 'no validation part'
          : `${style.strong(figure(training.validationRmse))} (the best epoch was picked by it; crossvalidate measures without bias)`,
      ],
      ...sparsityFacts(training.sparsity),
      ['time', duration(training.seconds)],
      ['model', out],
    ],
    style,
  );
}

/** What the linear model beside the network is worth; nothing when there is none. */
export function wideFacts(wide: TrainingSummary['wide']): [string, string][] {
  if (!wide) return [];
  const alone =
    wide.networkRmse === null || wide.validationRmse === null
      ? ''
      : ` (validation RMSE: network ${figure(wide.networkRmse)}, linear ${figure(wide.validationRmse)})`;
  return [
    [
      'linear part',
      `of ${count(wide.terms)} weighted terms, ${percent(wide.share)} of the rating, picked on the validation part${alone}`,
    ],
  ];
}

export function transferFacts(transfer: TrainingSummary['transfer']): [string, string][] {
  return transfer ? [['taken over', `${count(transfer.units)} units of the model ${transfer.model}`]] : [];
}

/** Terms, hidden layers and head in one line. */
export function networkOf(terms: number, { hidden, activation, head }: Options): string {
  const units = hidden.map((width) => `${count(width)} ${activation}`);
  return [`${count(terms)} terms`, ...units, head].join(' - ');
}

export interface PretrainingTableFacts {
  readonly reviews: number;
  readonly terms: number;
  readonly options: Options;
  readonly layers: readonly PretrainedLayer[];
  readonly seconds: number;
  readonly out: string;
}

/** What `pretrain` says at its end. */
export function pretrainingTable(
  { reviews, terms, options, layers, seconds, out }: PretrainingTableFacts,
  style: Style = plain,
): string {
  const about = facts(
    [
      ['learned from', `${count(reviews)} reviews, without their ratings`],
      ['terms', count(terms)],
      ['time', duration(seconds)],
      ['encoders', out],
    ],
    style,
  );
  if (layers.length === 0) return about;
  const columns: Column[] = ['layer', 'units', 'epochs', 'cost', 'sparsity', 'reviews/s'].map((title) => ({
    title,
    align: 'point',
  }));
  const rows = layers.map(({ epochs, cost, sparsity, reviewsPerSecond }, i) => [
    String(i + 1),
    count(options.hidden[i]),
    String(epochs),
    cost.toPrecision(5),
    percent(sparsity),
    count(Math.round(reviewsPerSecond)),
  ]);
  return `${grid(columns, [rows], style)}\n\n${about}`;
}
