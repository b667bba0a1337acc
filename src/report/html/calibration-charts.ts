/** Whether predicted probabilities mean what they say: a reliability diagram, and the levels' shares. */
import { max } from 'd3-array';
import { scaleBand, scaleSqrt } from 'd3-scale';
import { line } from 'd3-shape';
import type { Calibration, CalibrationBin } from '../../evaluation/calibration.ts';
import { count, percent } from '../table.ts';
import { axes, chart, HEIGHT, horizontal, MARGIN, ticksOf, vertical, WIDTH } from './chart.ts';
import { legendItem } from './curves.ts';
import { html, type Markup } from './markup.ts';
import { levelName, px } from './numbers.ts';
import { table } from './table.ts';

interface FilledBin extends CalibrationBin {
  readonly predicted: number;
  readonly actual: number;
}

/** Radius of the dot of the fullest class, and the least. */
const LARGEST = 9;
const LEAST = 2.5;

const wholePercent = (share: number): string => `${Math.round(100 * share)} %`;

export function reliabilityDiagram({ bins, calibrationError, reviews }: Calibration): Markup {
  const filled = bins.filter((one): one is FilledBin => one.count > 0);
  const x = horizontal(0, 1);
  const y = vertical(0, 1);
  const radius = scaleSqrt([0, max(filled, (one) => one.count) ?? 1], [0, LARGEST]);
  const path = line<FilledBin>(
    ({ predicted }) => x(predicted),
    ({ actual }) => y(actual),
  ).digits(1);
  return chart({
    title: 'Calibration of the probabilities',
    alternative: `Predicted probability against how often it came true: ${filled.map(({ predicted, actual }) => `${percent(predicted)}: ${percent(actual)}`).join('; ')}. Expected calibration error ${calibrationError.toFixed(4)}.`,
    caption: `Of all levels that were given a probability near that below, the share that was the true one. On the dashes, probabilities mean what they say. Larger dots: more of the ${count(reviews)} reviews’ levels. Expected calibration error: ${calibrationError.toFixed(4)}.`,
    drawing: html`${axes({
      xTitle: 'predicted probability →',
      yTitle: '↑ share that came true',
      xTicks: ticksOf(x, 5, wholePercent),
      yTicks: ticksOf(y, 5, wholePercent),
    })}
<path class="ideal" d="M${px(x(0))} ${px(y(0))}L${px(x(1))} ${px(y(1))}"/>
<path class="line c1" d="${path(filled)}"/>
${filled.map((one) => html`<circle class="dot c1" cx="${px(x(one.predicted))}" cy="${px(y(one.actual))}" r="${px(Math.max(LEAST, radius(one.count)))}"><title>${percent(one.predicted)} predicted, ${percent(one.actual)} true, ${count(one.count)} probabilities</title></circle>\n`)}`,
    data: table({
      caption: 'Calibration by classes of predicted probability',
      columns: ['probability', 'how many', 'mean predicted', 'came true'].map((title) => ({
        title,
        number: true,
      })),
      rows: bins.map(({ from, to, count: n, predicted, actual }) => [
        `${wholePercent(from)} to ${wholePercent(to)}`,
        count(n),
        predicted === null ? '' : percent(predicted),
        actual === null ? '' : percent(actual),
      ]),
    }),
  });
}

/** For each level, its mean predicted probability beside the share of the reviews that have it. */
export function levelShares({ levels }: Calibration): Markup {
  const x = scaleBand(
    levels.map(({ level }) => level),
    [MARGIN.left, WIDTH - MARGIN.right],
  ).padding(0.2);
  const y = vertical(0, max(levels, ({ predicted, actual }) => Math.max(predicted, actual)) ?? 1);
  const half = x.bandwidth() / 2;
  const bar = (left: number, share: number, colour: string): Markup =>
    html`<rect class="bar ${colour}" x="${px(left)}" y="${px(y(share))}" width="${px(half)}" height="${px(y(0) - y(share))}"/>`;
  return chart({
    title: 'Share of each rating',
    alternative: `Predicted and true: ${levels.map(({ level, predicted, actual }) => `${levelName(level)}: ${percent(predicted)} and ${percent(actual)}`).join('; ')}.`,
    caption: html`<span class="legend">${legendItem('c1', 'mean predicted probability', 'bar')}${legendItem('c2', 'share of the reviews', 'bar')}</span>`,
    drawing: html`${axes({
      xTitle: 'rating →',
      yTitle: '↑ share',
      xTicks: levels.map(({ level }) => ({ at: x(level)! + half, label: levelName(level) })),
      yTicks: ticksOf(y, 5, percentOf(y.domain()[1])),
      height: HEIGHT,
    })}
${levels.map(({ level, predicted, actual }) => html`${bar(x(level)!, predicted, 'c1')}${bar(x(level)! + half, actual, 'c2')}\n`)}`,
    data: table({
      caption: 'Predicted and true share of each rating',
      columns: ['rating', 'mean predicted', 'true'].map((title) => ({ title, number: true })),
      rows: levels.map(({ level, predicted, actual }) => [
        levelName(level),
        percent(predicted),
        percent(actual),
      ]),
    }),
  });
}

/** With a digit after the point where whole ones would repeat themselves. */
const percentOf =
  (largest: number) =>
  (share: number): string =>
    largest < 0.05 ? percent(share) : wholePercent(share);
