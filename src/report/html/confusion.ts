/**
 * True levels against predictions rounded to the nearest level. A table with shaded cells: what a drawing would show, and a
 * screen reader can walk through it.
 */
import { sum } from 'd3-array';
import { count, percent } from '../table.ts';
import type { Confusion } from './by-level.ts';
import { html, type Markup } from './markup.ts';
import { levelName } from './numbers.ts';
import { scrolling } from './table.ts';

/** Shades of the cells: .h1 to .h9 of the style sheet. */
const SHADES = 9;
/** Levels whose table is no wider than a chart. */
const FIT_A_COLUMN = 5;

export function confusionTable({ counts, exact, withinOne }: Confusion, levels: readonly number[]): Markup {
  const caption = 'Confusion by rounded rating';
  const cell = (n: number, row: number, column: number, total: number): Markup => {
    const shade = total === 0 ? 0 : Math.ceil((SHADES * n) / total);
    const kinds = [`h${shade}`, row === column ? 'right' : ''].filter((kind) => kind !== '' && kind !== 'h0');
    return html`<td class="${['n', ...kinds].join(' ')}">${count(n)}</td>`;
  };
  const rows = counts.map((ofLevel, row) => {
    const total = sum(ofLevel);
    return html`<tr><th scope="row" class="n">${levelName(levels[row])}</th>${ofLevel.map((n, column) =>
      cell(n, row, column, total),
    )}<td class="n">${count(total)}</td></tr>\n`;
  });
  return html`<figure${levels.length > FIT_A_COLUMN ? html` class="wide"` : null}>
<h3>${caption}</h3>
${scrolling(
  caption,
  html`<table class="confusion">
<caption class="unseen">Reviews by true rating (rows) and by the predicted rating, rounded to the nearest level (columns)</caption>
<thead><tr><th scope="col" class="n">true</th>${levels.map((level) => html`<th scope="col" class="n">${levelName(level)}</th>`)}<th scope="col" class="n">all</th></tr></thead>
<tbody>
${rows}</tbody>
</table>`,
)}
<figcaption>Rows: true rating; columns: the predicted rating, rounded to the nearest level. Shade: share of the row; framed: right. ${percent(exact)} of the reviews are rounded to their true rating, ${percent(withinOne)} to it or the level beside it.</figcaption>
</figure>
`;
}
