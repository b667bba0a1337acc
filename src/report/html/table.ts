/** Tables for people and screen readers: caption, headers with their scope; wide ones scroll in a frame of their own. */
import { type Content, html, type Markup } from './markup.ts';

export interface TableColumn {
  readonly title: Content;
  /** Numbers stand right, in digits of equal width. */
  readonly number?: boolean;
}

export interface TableContent {
  /** Says what it is; for all to see, unless `captionHidden`. */
  readonly caption: string;
  readonly captionHidden?: boolean;
  readonly columns: readonly TableColumn[];
  /** The first cell of each row is its header. */
  readonly rows: readonly (readonly Content[])[];
  /** Rows with a rule above: means, totals. */
  readonly foot?: readonly (readonly Content[])[];
}

export function table({ caption, captionHidden, columns, rows, foot = [] }: TableContent): Markup {
  const kind = (c: number): Markup | null => (columns[c].number ? html` class="n"` : null);
  const line = (cells: readonly Content[]): Markup =>
    html`<tr>${columns.map((_, c) =>
      c === 0 ? html`<th scope="row"${kind(c)}>${cells[c]}</th>` : html`<td${kind(c)}>${cells[c]}</td>`,
    )}</tr>\n`;
  return scrolling(
    caption,
    html`<table>
<caption${captionHidden ? html` class="unseen"` : null}>${caption}</caption>
<thead><tr>${columns.map(({ title }, c) => html`<th scope="col"${kind(c)}>${title}</th>`)}</tr></thead>
<tbody>
${rows.map(line)}</tbody>${foot.length > 0 ? html`\n<tfoot>\n${foot.map(line)}</tfoot>` : null}
</table>`,
  );
}

/** A frame that scrolls sideways when its content is wider than the page; reachable by keyboard. */
export function scrolling(name: string, content: Markup): Markup {
  return html`<div class="scroll" role="group" aria-label="${name}" tabindex="0">${content}</div>`;
}

/** Folded away until somebody wants it; printed if it is unfolded. */
export function folded(summary: string, content: Content): Markup {
  return html`<details><summary>${summary}</summary>${content}</details>`;
}

/** Names and values. */
export function definitions(pairs: readonly (readonly [string, Content])[]): Markup {
  return html`<dl class="facts">${pairs.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl>`;
}
