/** Predicted against true ratings, and residuals: for each true level, how the predictions spread. */
import { bin, extent, max, min } from 'd3-array';
import { type ScaleBand, scaleBand } from 'd3-scale';
import { area } from 'd3-shape';
import { count } from '../table.ts';
import type { LevelGroup, Quantiles } from './by-level.ts';
import { axes, chart, MARGIN, type Scale, type Tick, ticksOf, vertical, WIDTH } from './chart.ts';
import { type Content, html, type Markup } from './markup.ts';
import { levelName, px, signed } from './numbers.ts';
import { table } from './table.ts';

/** Fewer reviews than this are drawn one by one: a shape would pretend to know more. */
const FEW = 30;
/** Classes of the predicted ratings, from which a shape is made. */
const CLASSES = 36;
const TALL = 280;

function bands(groups: readonly LevelGroup[]): ScaleBand<number> {
  return scaleBand(
    groups.map(({ level }) => level),
    [MARGIN.left, WIDTH - MARGIN.right],
  ).padding(0.12);
}

function levelTicks(x: ScaleBand<number>): Tick[] {
  return x.domain().map((level) => ({ at: centre(x, level), label: levelName(level) }));
}

const centre = (x: ScaleBand<number>, level: number): number => x(level)! + x.bandwidth() / 2;

/** Predicted ratings of each true rating, as shapes whose width says how many there are. */
export function predictedAgainstTrue(groups: readonly LevelGroup[]): Markup {
  const levels = groups.map(({ level }) => level);
  const lowest = Math.min(levels[0], min(groups, ({ predicted }) => predicted[0]) ?? levels[0]);
  const last = levels[levels.length - 1];
  const highest = Math.max(last, max(groups, ({ predicted }) => predicted[predicted.length - 1]) ?? last);
  const x = bands(groups);
  const y = vertical(lowest, highest, TALL);
  const known = groups.filter(({ predicted }) => predicted.length > 0);
  return chart({
    title: 'Predicted against true',
    height: TALL,
    alternative: `Median prediction for each true rating: ${known.map((group) => `${levelName(group.level)}: ${group.median!.toFixed(2)}`).join('; ')}.`,
    caption: `For each true rating, how its predictions spread: the wider, the more${known.some(({ predicted }) => predicted.length < FEW) ? ` (fewer than ${FEW}: a point for each)` : ''}. Dot: their median. Dashes: where they would be right.`,
    drawing: html`${axes({
      xTitle: 'true rating →',
      yTitle: '↑ predicted rating',
      xTicks: levelTicks(x),
      yTicks: ticksOf(y, 6),
      height: TALL,
    })}
${known.map((group) => spread(group, x, y))}`,
    data: table({
      caption: 'Predicted ratings by true rating',
      columns: [
        { title: 'true', number: true },
        { title: 'reviews', number: true },
        { title: 'lowest', number: true },
        { title: 'highest', number: true },
        { title: 'mean residual', number: true },
      ],
      rows: groups.map(({ level, predicted, residuals }) => [
        levelName(level),
        count(predicted.length),
        predicted.length > 0 ? predicted[0].toFixed(2) : '',
        predicted.length > 0 ? predicted[predicted.length - 1].toFixed(2) : '',
        residuals ? signed(residuals.mean) : '',
      ]),
    }),
  });
}

function spread({ level, predicted, median }: LevelGroup, x: ScaleBand<number>, y: Scale): Content {
  const middle = centre(x, level);
  const half = x.bandwidth() / 2;
  const right = html`<path class="ideal" d="M${px(x(level)!)} ${px(y(level))}h${px(x.bandwidth())}"/>`;
  const dot = html`<circle class="dot c1" cx="${px(middle)}" cy="${px(y(median!))}" r="3.5"><title>${levelName(level)}: median ${median!.toFixed(2)}, ${count(predicted.length)} reviews</title></circle>\n`;
  if (predicted.length < FEW) {
    // Beside one another by their order, so that equal ones can be told apart.
    const place = (i: number): number => middle + half * 0.7 * (((i * 0.618) % 1) * 2 - 1);
    return html`${Array.from(predicted, (rating, i) => html`<circle class="one" cx="${px(place(i))}" cy="${px(y(rating))}" r="2"/>`)}${right}${dot}`;
  }
  return html`<path class="shape" d="${outline(predicted, y, middle, half)}"/>${right}${dot}`;
}

/** Both sides of a smoothed histogram. */
function outline(values: readonly number[], y: Scale, middle: number, half: number): string {
  const [from, to] = y.domain();
  const classes = bin()
    .domain([from, to])
    .thresholds(Array.from({ length: CLASSES - 1 }, (_, i) => from + ((i + 1) * (to - from)) / CLASSES))(
    values,
  );
  const counts = classes.map(({ length }) => length);
  const smooth = counts.map((n, i) => ((counts[i - 1] ?? n) + 2 * n + (counts[i + 1] ?? n)) / 4);
  const most = Math.max(...smooth);
  const rows = classes.map(({ x0, x1 }, i) => ({
    at: (x0! + x1!) / 2,
    width: (half * smooth[i]) / most,
  }));
  // Where there is nothing, there is no shape: not a line of no width either.
  const first = rows.findIndex(({ width }) => width > 0);
  const last = rows.findLastIndex(({ width }) => width > 0);
  return (
    area<{ at: number; width: number }>()
      .y(({ at }) => y(at))
      .x0(({ width }) => middle - width)
      .x1(({ width }) => middle + width)
      .digits(1)(rows.slice(Math.max(0, first - 1), last + 2)) ?? ''
  );
}

/** Predicted minus true for each true rating, as boxes. */
export function residualsByLevel(groups: readonly LevelGroup[]): Markup {
  const known = groups.filter((group): group is LevelGroup & { residuals: Quantiles } =>
    Boolean(group.residuals),
  );
  const [lowest, highest] = extent(
    known.flatMap(({ residuals }) => [residuals.p5, residuals.p95, residuals.mean, 0]),
  );
  const x = bands(groups);
  const y = vertical(lowest!, highest!);
  return chart({
    title: 'Residuals by true rating',
    alternative: `Mean of predicted minus true: ${known.map(({ level, residuals }) => `${levelName(level)}: ${signed(residuals.mean)}`).join('; ')}.`,
    caption:
      'Predicted minus true. Box: the middle half of the reviews; line across it: the median; thin line: from the 5th to the 95th of 100; dot: the mean.',
    drawing: html`${axes({
      xTitle: 'true rating →',
      yTitle: '↑ predicted − true',
      xTicks: levelTicks(x),
      yTicks: ticksOf(y, 6, (value) => (value === 0 ? '0' : signed(value, value % 1 === 0 ? 0 : 1))),
    })}
<path class="ideal" d="M${MARGIN.left} ${px(y(0))}H${WIDTH - MARGIN.right}"/>
${known.map(({ level, residuals }) => box(residuals, x(level)!, x.bandwidth(), y))}`,
    data: table({
      caption: 'Predicted minus true, by true rating',
      columns: ['true', '5 %', '25 %', 'median', '75 %', '95 %', 'mean', 'reviews'].map((title) => ({
        title,
        number: true,
      })),
      rows: groups.map(({ level, residuals, predicted }) => [
        levelName(level),
        ...(residuals
          ? (['p5', 'p25', 'median', 'p75', 'p95', 'mean'] as const).map((name) => signed(residuals[name]))
          : ['', '', '', '', '', '']),
        count(predicted.length),
      ]),
    }),
  });
}

function box({ p5, p25, median, p75, p95, mean }: Quantiles, left: number, width: number, y: Scale): Markup {
  const middle = px(left + width / 2);
  return html`<path class="whisker" d="M${middle} ${px(y(p95))}V${px(y(p5))}"/><rect class="box" x="${px(left)}" y="${px(y(p75))}" width="${px(width)}" height="${px(Math.max(1, y(p25) - y(p75)))}"/><path class="median" d="M${px(left)} ${px(y(median))}h${px(width)}"/><circle class="dot c2" cx="${middle}" cy="${px(y(mean))}" r="3"/>\n`;
}
