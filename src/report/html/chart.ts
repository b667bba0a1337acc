/**
 * The frame of a chart: axes, grid, and the figure around it. Scales and ticks come from d3-scale; everything is drawn 360
 * wide, so that a chart fills the width of a phone and several stand side by side on a screen, with letters of the
 * same size in both. Colours are classes of style.ts: one drawing serves light, dark and print.
 */
import { type ScaleLinear, scaleLinear } from 'd3-scale';
import { type Content, html, type Markup } from './markup.ts';
import { px } from './numbers.ts';
import { folded } from './table.ts';

export const WIDTH = 360;
export const HEIGHT = 240;
/** Around the plot. The title of the y axis stands above it, that of the x axis below. */
export const MARGIN = { top: 28, right: 20, bottom: 42, left: 46 } as const;

/** Width of a letter of the axes, about. */
const LETTER = 7;

export interface Tick {
  /** In pixels of the drawing. */
  readonly at: number;
  readonly label: string;
}

export interface Frame {
  readonly xTitle: string;
  readonly yTitle: string;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  readonly height?: number;
}

export type Scale = ScaleLinear<number, number>;

/** Along the x axis. */
export function horizontal(from: number, to: number): Scale {
  return scaleLinear(domain(from, to), [MARGIN.left, WIDTH - MARGIN.right]);
}

/** Along the y axis, with a domain that ends at ticks. */
export function vertical(from: number, to: number, height = HEIGHT): Scale {
  return scaleLinear(domain(from, to), [height - MARGIN.bottom, MARGIN.top]).nice(5);
}

/** A domain of one point has no length: it gets some. */
function domain(from: number, to: number): [number, number] {
  if (to > from) return [from, to];
  const around = Math.abs(from) > 0 ? 0.1 * Math.abs(from) : 1;
  return [from - around, to + around];
}

/** @param write instead of d3-scale's own way */
export function ticksOf(scale: Scale, count = 5, write?: (value: number) => string): Tick[] {
  const largest = Math.max(...scale.domain().map(Math.abs));
  // 20k for 20,000 and 2e-5 for 0.00002: the margin has room for six characters.
  const format = write ?? scale.tickFormat(count, largest >= 1e4 ? '~s' : largest < 1e-3 ? '~e' : undefined);
  return scale.ticks(count).map((value) => ({ at: scale(value), label: format(value) }));
}

/** Leaves ticks out until the labels of the others do not touch. */
export function thinTicks(ticks: readonly Tick[]): Tick[] {
  const fits = (kept: readonly Tick[]): boolean =>
    kept.every((tick, i) => {
      const next = kept[i + 1];
      return !next || next.at - tick.at >= ((tick.label.length + next.label.length) / 2 + 1) * LETTER;
    });
  let step = 1;
  const every = (n: number): Tick[] => ticks.filter((_, i) => i % n === 0);
  while (step < ticks.length && !fits(every(step))) step++;
  return every(step);
}

export function axes({ xTitle, yTitle, xTicks, yTicks, height = HEIGHT }: Frame): Markup {
  const bottom = height - MARGIN.bottom;
  return html`<g class="grid">${yTicks.map(
    ({ at }) => html`<path d="M${MARGIN.left} ${px(at)}H${WIDTH - MARGIN.right}"/>`,
  )}</g>
<g class="axis end">${yTicks.map(
    ({ at, label }) => html`<text x="${MARGIN.left - 7}" y="${px(at + 4)}">${label}</text>`,
  )}</g>
<g class="axis middle">${thinTicks(xTicks).map(
    ({ at, label }) => html`<text x="${px(at)}" y="${bottom + 18}">${label}</text>`,
  )}</g>
<text class="title" x="2" y="14">${yTitle}</text>
<text class="title end" x="${WIDTH - MARGIN.right}" y="${height - 6}">${xTitle}</text>
<path class="ground" d="M${MARGIN.left} ${bottom}H${WIDTH - MARGIN.right}"/>`;
}

export interface Figure {
  /** No other chart of the page has it. */
  readonly title: string;
  /** What a screen reader says instead of the drawing: the main figures, in sentences. */
  readonly alternative: string;
  /** What the marks mean. */
  readonly caption: Content;
  readonly drawing: Content;
  /** The figures behind the drawing. */
  readonly data: Markup;
  readonly height?: number;
}

export function chart({ title, alternative, caption, drawing, data, height = HEIGHT }: Figure): Markup {
  const id = `chart-${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
  return html`<figure>
<h3>${title}</h3>
<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="${id}" aria-describedby="${id}-says">
<title id="${id}">${title}</title><desc id="${id}-says">${alternative}</desc>
${drawing}
</svg>
<figcaption>${caption}</figcaption>
${folded('Figures', data)}
</figure>
`;
}
