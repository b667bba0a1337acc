/**
 * The page around a report's sections: one file that loads nothing. Its content security policy forbids scripts and every
 * request, so that even a mistake in the escaping of a review could do no more than look wrong.
 */
import { type Content, html, type Markup, rawMarkup } from './markup.ts';
import { STYLE } from './style.ts';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export interface Section {
  /** Unique in the page: what links in it name. */
  readonly id: string;
  readonly title: string;
  readonly content: Content;
}

export interface KeyFigure {
  readonly name: string;
  readonly value: string;
  readonly about?: string;
}

export interface Page {
  readonly title: string;
  /** Under the title. */
  readonly lead: Content;
  readonly figures: readonly KeyFigure[];
  /** Those whose content is null are left out. */
  readonly sections: readonly Section[];
  readonly made: Date;
  readonly version: string;
}

/** A whole HTML document. */
export function page({ title, lead, figures, sections, made, version }: Page): string {
  const shown = sections.filter(({ content }) => content !== null && content !== undefined);
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="starling ${version}">
<title>${title}</title>
<style>${rawMarkup(STYLE)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="small">${lead}</p>
</header>
<nav aria-label="Contents"><ul>${shown.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>\n`)}</ul></nav>
<main>
<dl class="figures">${figures.map(keyFigure)}</dl>
${shown.map(
  ({ id, title: name, content }) => html`<section>
<h2 id="${id}">${name}</h2>
${content}
</section>
`,
)}</main>
<footer>Made by starling ${version} on ${made.toISOString().slice(0, 16).replace('T', ' ')} UTC. This page loads nothing from anywhere.</footer>
</body>
</html>
`.text;
}

function keyFigure({ name, value, about }: KeyFigure): Markup {
  return html`<div><dt>${name}</dt><dd>${value}${about === undefined ? null : html`<small>${about}</small>`}</dd></div>`;
}

/** Charts beside one another where there is room. */
export function charts(...figures: readonly Content[]): Markup {
  return html`<div class="charts">
${figures}</div>`;
}
