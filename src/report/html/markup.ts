/**
 * Pieces of HTML and SVG as a tagged template: `html\`<p>${text}</p>\``. Whatever is put in is shown as text, unless it is
 * itself a piece made here; so review text, ids, column and file names cannot become tags, by construction.
 *
 * Attributes are always written in double quotes. Not for the inside of <style>: see `rawMarkup`.
 */

export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = Markup | string | number | null | undefined | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * What no HTML document may hold: control characters but for tab and line feed, halves of surrogate pairs, and
 * noncharacters. And what turns the direction of writing around, in which a review could hide what it says.
 */
const FORBIDDEN = /[^\P{Cc}\t\n]|\p{Cs}|\p{Noncharacter_Code_Point}|[\u202a-\u202e\u2066-\u2069]/gu;

/** As text, in elements and in attributes. What may not stand there becomes U+FFFD. */
export function escapeText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(FORBIDDEN, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

function written(content: Content): string {
  if (content instanceof Markup) return content.text;
  if (content === null || content === undefined) return '';
  if (typeof content === 'object') return content.map(written).join('');
  return escapeText(String(content));
}

export function html(pieces: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(
    pieces.reduce((text, piece, i) => `${text}${i === 0 ? '' : written(contents[i - 1])}${piece}`, ''),
  );
}

/** Own, constant text that must not be escaped, such as a style sheet. Never for what comes from outside. */
export function rawMarkup(text: string): Markup {
  return new Markup(text);
}

/** The first `most` characters, with an ellipsis if there are more; never half of a surrogate pair. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most).replace(/[\ud800-\udbff]$/, '')}…`;
}
