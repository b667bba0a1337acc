/** What a model knows, as text for people. */
import type { Calibration } from '../evaluation/calibration.ts';
import type { Drive, ModelInspection } from '../explanation/knowledge.ts';
import type { TrainingSummary } from '../model/sentiment-model.ts';
import type { Options } from '../options.ts';
import {
  type Column,
  count,
  facts,
  grid,
  levelList,
  networkOf,
  percent,
  plain,
  type Style,
  transferFacts,
  wideFacts,
} from './table.ts';

export interface ModelView {
  /** The folder. */
  readonly name: string;
  readonly inspection: ModelInspection;
  readonly training: TrainingSummary;
  readonly options: Options;
  readonly levels: readonly number[];
}

/** Terms of a unit that fit into a line. */
const DRIVES = 3;

const left = (title: string): Column => ({ title, align: 'left' });
const point = (title: string): Column => ({ title, align: 'point' });
const signed = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`;

export function modelTable(view: ModelView, style: Style = plain): string {
  const { inspection } = view;
  const parts = [
    modelFacts(view, style),
    termsTable(inspection, style),
    ...inspection.near.map(({ term, nearest }) =>
      grid(
        [left(`near "${term}"`), point('similarity')],
        [nearest.map((near) => [near.term, near.similarity.toFixed(3)])],
        style,
      ),
    ),
    layersTable(inspection, style),
    unitsTable(inspection, style),
    calibrationTables(inspection.calibration, style),
    inspection.layers.length === 0 ? '' : style.faint(measuredOn(inspection)),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function modelFacts({ name, inspection, training, options, levels }: ModelView, style: Style): string {
  return facts(
    [
      ['model', name],
      ['learned from', `${count(training.rated)} rated reviews, ${count(training.unrated)} unrated`],
      ['levels', levelList(levels)],
      ['network', networkOf(training.terms, options)],
      ...transferFacts(training.transfer),
      ...wideFacts(training.wide),
      [
        'validation RMSE',
        training.validationRmse === null ? 'no validation part' : training.validationRmse.toFixed(4),
      ],
      ['sparsity, input', percent(training.sparsity.input)],
      ['rating of no words', inspection.base.toFixed(3)],
    ],
    style,
  );
}

function termsTable({ positive, negative }: ModelInspection, style: Style): string {
  const rows = Array.from({ length: Math.max(positive.length, negative.length) }, (_, i) =>
    [positive[i], negative[i]].flatMap((effect) =>
      effect ? [effect.term, signed(effect.effect), count(effect.documentFrequency)] : ['', '', ''],
    ),
  );
  const columns = ['raises', 'lowers'].flatMap((what) => [
    left(`${what} the rating\nwhen alone`),
    point('by'),
    point('reviews'),
  ]);
  return rows.length === 0 ? '' : grid(columns, [rows], style);
}

function layersTable({ layers }: ModelInspection, style: Style): string {
  if (layers.length === 0) return '';
  const rows = layers.map(({ units, sparsity, deadUnits }, l) => [
    String(l + 1),
    count(units),
    percent(sparsity),
    count(deadUnits.length),
  ]);
  const columns = ['hidden\nlayer', 'units', 'sparsity\nin training', 'never\nactive'].map(point);
  return grid(columns, [rows], style);
}

function unitsTable({ layers }: ModelInspection, style: Style): string {
  const some = (drives: readonly Drive[]): string =>
    drives
      .slice(0, DRIVES)
      .map(({ term }) => term)
      .join(', ');
  const sections = layers.map(({ mostUsed }, l) =>
    mostUsed.map(({ unit, active, output, raisedBy, loweredBy }) => [
      `${l + 1}`,
      String(unit),
      percent(active),
      output.toPrecision(2),
      some(raisedBy),
      some(loweredBy),
    ]),
  );
  if (sections.flat().length === 0) return '';
  const columns = [
    ...['hidden\nlayer', 'most used\nunits', 'active', 'mean\noutput'].map(point),
    left('raised by'),
    left('lowered by'),
  ];
  return grid(
    columns,
    sections.filter((rows) => rows.length > 0),
    style,
  );
}

function measuredOn({ reviews }: ModelInspection): string {
  return reviews === null
    ? 'Use of the units: in reviews of one term each, counted as often as it occurs. With --data: in those reviews.'
    : `Use of the units: in ${count(reviews)} reviews.`;
}

function calibrationTables(calibration: Calibration | null, style: Style): string {
  if (calibration === null) return '';
  const { reviews, levels, bins, calibrationError } = calibration;
  const byLevel = grid(
    ['level', 'predicted', 'actual'].map(point),
    [levels.map(({ level, predicted, actual }) => [levelList([level]), percent(predicted), percent(actual)])],
    style,
  );
  const byBin = grid(
    ['probability', 'times given', 'mean', 'came true'].map(point),
    [
      bins
        .filter((bin) => bin.count > 0)
        .map(({ from, to, count: times, predicted, actual }) => [
          `${Math.round(100 * from)} to ${Math.round(100 * to)} %`,
          count(times),
          percent(predicted!),
          percent(actual!),
        ]),
    ],
    style,
  );
  const error = `Calibration on ${count(reviews)} rated reviews: expected error ${calibrationError.toFixed(4)} (0 is best).`;
  return `${byLevel}\n\n${byBin}\n\n${style.faint(error)}`;
}
