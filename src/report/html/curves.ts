/** Curves over epochs: cost, validation RMSE, sparsity of each hidden layer; a line per fold. */
import { extent } from 'd3-array';
import { line } from 'd3-shape';
import type { EpochRecord } from '../../finetuning/train.ts';
import { percent } from '../table.ts';
import { axes, chart, horizontal, type Scale, ticksOf, vertical } from './chart.ts';
import type { PretrainingEpoch } from './facts.ts';
import { type Content, html, type Markup } from './markup.ts';
import { figure, px } from './numbers.ts';
import { table } from './table.ts';

/** The learning curve of one fold, or of the one training there was. */
export interface Curve {
  /** "fold 3"; empty for the one training. */
  readonly name: string;
  readonly history: readonly EpochRecord[];
  readonly bestEpoch: number;
}

interface Point {
  readonly epoch: number;
  readonly value: number;
}

interface Line {
  readonly name: string;
  readonly points: readonly Point[];
  /** Where the weights were kept. */
  readonly best?: Point;
  /** Class of the line: its colour. */
  readonly colour?: string;
}

/** Points of all lines of a chart together; more would not be seen. Rows of a table. */
const MOST_POINTS = 6000;
const MOST_ROWS = 60;
/** Hidden layers that have a colour of their own; deeper ones share the last. */
const COLOURS = 5;
const MOST_LAYERS = 8;

/** About `most` items evenly spaced, the first and the last among them. */
export function thin<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  const last = items.length - 1;
  return Array.from({ length: most }, (_, i) => items[Math.round((i * last) / (most - 1))]);
}

export function learningCurves(curves: readonly Curve[]): Markup {
  const validated = curves.filter(({ history }) => history.some((e) => e.validationRmse !== null));
  return html`${valueChart(
    curves,
    'Training cost',
    'cost per review',
    ({ cost }) => cost,
    (cost) => cost.toPrecision(4),
    `Mean cost per review while training, with dropout. ${dots(curves)}`,
  )}${
    validated.length === 0
      ? html`<p>There was no validation part, so there is no validation curve: all epochs were trained.</p>`
      : valueChart(
          validated,
          'Validation RMSE',
          'RMSE',
          ({ validationRmse }) => validationRmse,
          figure,
          `Error on the validation part after each epoch. ${dots(curves)}`,
        )
  }`;
}

function dots(curves: readonly Curve[]): string {
  const lines = curves.length > 1 ? 'One line per fold. ' : '';
  return `${lines}Dot: the epoch whose weights were kept.`;
}

function valueChart(
  curves: readonly Curve[],
  title: string,
  yTitle: string,
  pick: (epoch: EpochRecord) => number | null,
  write: (value: number) => string,
  caption: string,
): Markup {
  const lines = curves.map(({ name, history, bestEpoch }): Line => {
    const points = history.flatMap((record): Point[] => {
      const value = pick(record);
      return value === null ? [] : [{ epoch: record.epoch, value }];
    });
    return { name, points, best: points.find(({ epoch }) => epoch === bestEpoch) };
  });
  const ends = lines.map(({ name, points, best }) => {
    const at = best ?? points[points.length - 1];
    return `${name === '' ? '' : `${name}: `}${write(at.value)} at epoch ${at.epoch}`;
  });
  return chart({
    title,
    alternative: `From ${write(lines[0].points[0].value)} after the first epoch${lines.length > 1 ? ` (${lines[0].name})` : ''}. Kept: ${thin(ends, 10).join('; ')}.`,
    caption,
    drawing: drawLines(lines, yTitle, [...extentOf(lines)], undefined),
    data: epochTable(title, lines, write),
  });
}

/** Fraction of zeros of each hidden layer over the epochs; null without hidden layers. */
export function sparsityCurves(curves: readonly Curve[]): Markup | null {
  const layers = Math.min(MOST_LAYERS, curves[0].history[0]?.sparsity.length ?? 0);
  if (layers === 0) return null;
  const lines = Array.from({ length: layers }, (_, layer) =>
    curves.map(({ name, history, bestEpoch }): Line => {
      const points = history.map(({ epoch, sparsity }) => ({ epoch, value: sparsity[layer] }));
      return {
        name: [`layer ${layer + 1}`, name].filter((part) => part !== '').join(', '),
        points,
        best: points.find(({ epoch }) => epoch === bestEpoch),
        colour: colourOf(layer),
      };
    }),
  ).flat();
  const legend = html`<span class="legend">${Array.from({ length: layers }, (_, layer) =>
    legendItem(colourOf(layer), `hidden layer ${layer + 1}`),
  )}</span>`;
  const ends = lines.map(({ name, points }) => `${name}: ${percent(points[points.length - 1].value)}`);
  const validated = curves.every(({ history }) => history.every((e) => e.validationRmse !== null));
  const measured = validated ? 'on the validation part' : 'in training, with dropout';
  return chart({
    title: 'Sparsity of the hidden layers',
    alternative: `Fraction of exact zeros at the last epoch: ${thin(ends, 12).join('; ')}.`,
    caption: html`${legend} Fraction of exact zeros of the outputs ${measured}, in fine-tuning. ${dots(curves)}`,
    drawing: drawLines(lines, 'zeros', [0, 1], (share) => `${Math.round(100 * share)} %`),
    data: epochTable('Sparsity of the hidden layers', lines, percent),
  });
}

/** The cost of each autoencoder over its epochs. Costs of different layers are of different things: a chart each. */
export function pretrainingCurves(epochs: readonly PretrainingEpoch[]): Markup[] {
  const layers = [...new Set(epochs.map(({ layer }) => layer))].slice(0, MOST_LAYERS);
  return layers.map((layer) => {
    const points = epochs.filter((e) => e.layer === layer).map(({ epoch, cost }) => ({ epoch, value: cost }));
    const lines: Line[] = [{ name: '', points, colour: colourOf(layer - 1) }];
    const write = (cost: number): string => cost.toPrecision(5);
    const title = `Pre-training of layer ${layer}`;
    return chart({
      title,
      alternative: `Reconstruction cost from ${write(points[0].value)} after the first epoch to ${write(points[points.length - 1].value)} after epoch ${points[points.length - 1].epoch}.`,
      caption: 'Mean reconstruction cost per review of the denoising autoencoder.',
      drawing: drawLines(lines, 'cost per review', [...extentOf(lines)], undefined),
      data: epochTable(title, lines, write),
    });
  });
}

const colourOf = (layer: number): string => `c${Math.min(layer, COLOURS - 1) + 1}`;

export function legendItem(colour: string, name: string, mark: 'line' | 'bar' = 'line'): Markup {
  const path = mark === 'line' ? 'M0 5H16' : 'M3 0H13V10H3Z';
  return html`<span class="key"><svg class="swatch" viewBox="0 0 16 10" aria-hidden="true"><path class="${mark} ${colour}" d="${path}"/></svg>${name}</span> `;
}

function extentOf(lines: readonly Line[]): [number, number] {
  const [from, to] = extent(lines.flatMap(({ points }) => points.map(({ value }) => value)));
  return [from ?? 0, to ?? 1];
}

function drawLines(
  lines: readonly Line[],
  yTitle: string,
  [from, to]: readonly number[],
  write: ((value: number) => string) | undefined,
): Content {
  const lastEpoch = Math.max(2, ...lines.map(({ points }) => points[points.length - 1].epoch));
  const x = horizontal(1, lastEpoch);
  const y = vertical(from, to);
  const path = line<Point>(
    ({ epoch }) => x(epoch),
    ({ value }) => y(value),
  ).digits(1);
  const most = Math.max(2, Math.floor(MOST_POINTS / lines.length));
  const several = lines.length > 1;
  return html`${axes({
    xTitle: 'epoch →',
    yTitle: `↑ ${yTitle}`,
    xTicks: wholeTicks(x),
    yTicks: ticksOf(y, 5, write),
  })}
${lines.map(
  ({ name, points, colour = 'c1' }) =>
    html`<path class="line ${colour}${several ? ' many' : ''}" d="${path([...thin(points, most)])}">${hover(name)}</path>\n`,
)}${lines.map(({ name, points, best, colour = 'c1' }) => {
  // One epoch is no line.
  const shown = best ?? (points.length === 1 ? points[0] : undefined);
  return shown
    ? html`<circle class="dot ${colour}" cx="${px(x(shown.epoch))}" cy="${px(y(shown.value))}" r="3.5">${hover(name)}</circle>\n`
    : null;
})}`;
}

/** For a mouse; for others there is the table. */
function hover(name: string): Markup | null {
  return name === '' ? null : html`<title>${name}</title>`;
}

function wholeTicks(x: Scale) {
  return ticksOf(x, 6, String).filter(({ label }) => Number.isInteger(Number(label)));
}

/** Lines that a table has room for: more folds than that are in the table of folds. */
const MOST_COLUMNS = 24;

function epochTable(title: string, lines: readonly Line[], write: (value: number) => string): Markup {
  const shown = lines.slice(0, MOST_COLUMNS);
  const longest = Math.max(...shown.map(({ points }) => points.length));
  const places = thin(
    Array.from({ length: longest }, (_, i) => i),
    MOST_ROWS,
  );
  const epochOf = (place: number): number | undefined =>
    shown.find(({ points }) => points[place])?.points[place].epoch;
  return table({
    caption: `${title}, by epoch${shown.length < lines.length ? ` (the first ${MOST_COLUMNS} lines)` : ''}`,
    columns: [
      { title: 'epoch', number: true },
      ...shown.map(({ name }) => ({ title: name === '' ? title : name, number: true })),
    ],
    rows: places.map((place) => [
      epochOf(place),
      ...shown.map(({ points }) => (points[place] ? write(points[place].value) : '')),
    ]),
  });
}
