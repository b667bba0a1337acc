/**
 * An explanation as HTML: the review with its words on colours, and the terms that made the rating as a table, so that
 * nobody needs to see the colours. The counterpart of explanation-table.ts, which writes for terminals.
 */
import type { Explanation, WordContribution } from '../../explanation/explanation.ts';
import { count } from '../table.ts';
import { cut, html, type Markup } from './markup.ts';
import { signed } from './numbers.ts';
import { table } from './table.ts';

/** A word that moves the rating by this share of the scale has the full colour, if no other word moves it more. */
const FULL = 0.02;
/** Strengths from which on the colours 1 to 4 are used. */
const FROM = [0.06, 0.25, 0.5, 0.75];

export interface ExplainedReview {
  readonly text: string;
  readonly explanation: Explanation;
  /** The model's scale. */
  readonly levels: readonly number[];
  /** Characters of the text that are shown; all when absent. */
  readonly most?: number;
}

/** The text with its words on colours: those that raise the rating on one, those that lower it on another, underlined. */
export function colouredText({ text, explanation, levels, most }: ExplainedReview): Markup {
  const end = shownLength(text, most);
  const { words } = explanation;
  const largest = words.reduce((top, { contribution }) => Math.max(top, Math.abs(contribution)), 0);
  const full = Math.max(largest, FULL * (levels[levels.length - 1] - levels[0]));
  const pieces: (string | Markup)[] = [];
  let done = 0;
  for (const word of words) {
    if (word.start < done) continue; // one entity or letter that stands for several words
    if (word.end > end) break;
    const colour = colourOf(word, full);
    if (colour === '') continue;
    const shown = text.slice(word.start, word.end);
    pieces.push(
      text.slice(done, word.start),
      html`<span class="${colour}" title="${signed(word.contribution, 3)}">${shown}</span>`,
    );
    done = word.end;
  }
  return html`<p class="review" dir="auto">${pieces}${plainEnd(text.slice(done), end - done)}</p>`;
}

/** The text as it is. */
export function plainText(text: string, most?: number): Markup {
  return html`<p class="review" dir="auto">${plainEnd(text, shownLength(text, most))}</p>`;
}

/** A text that is hardly longer than that is not cut. */
function shownLength({ length }: string, most = length): number {
  return length <= 1.2 * most ? length : most;
}

function plainEnd(text: string, most: number): Markup {
  const left = text.length - most;
  return left <= 0
    ? html`${text}`
    : html`${cut(text, most)} <span class="faint">(${count(left)} more characters)</span>`;
}

function colourOf({ contribution }: WordContribution, full: number): string {
  const strength = full > 0 ? contribution / full : 0;
  const step = FROM.filter((from) => Math.abs(strength) >= from).length;
  return step === 0 ? '' : `${strength > 0 ? 'up' : 'down'} s${step}`;
}

/** What the colours mean. */
export function colourKey(): Markup {
  return html`<p class="small"><span class="up s3">raises</span> or <span class="down s3">lowers</span> the rating; the stronger the colour, the more.</p>`;
}

/** In one sentence, what adds up to the rating. */
export function sumOfRating({ rating, base, contributions }: Explanation): string {
  if (contributions.length === 0) return 'It holds no word that the model knows.';
  const terms = `${count(contributions.length)} ${contributions.length === 1 ? 'term' : 'terms'}`;
  return `${base.toFixed(3)} without any word, ${signed(rating - base, 3)} by ${terms}, together ${rating.toFixed(3)}.`;
}

/** The terms that count most, the others as one, and what they add up to. */
export function termsTable({ explanation, top }: { explanation: Explanation; top: number }): Markup {
  const { contributions, base, rating } = explanation;
  const rest = contributions.slice(top);
  const others = rest.reduce((sum, { contribution }) => sum + contribution, 0);
  return table({
    caption: 'What made the rating',
    captionHidden: true,
    columns: [{ title: 'term' }, { title: 'times', number: true }, { title: 'contribution', number: true }],
    rows: [
      ['no word at all', '', base.toFixed(3)],
      ...contributions
        .slice(0, top)
        .map(({ term, contribution, places }) => [
          html`<q>${cut(term, 80)}</q>`,
          count(places.length),
          signed(contribution, 3),
        ]),
      ...(rest.length > 0 ? [[`${count(rest.length)} others`, '', signed(others, 3)]] : []),
    ],
    foot: [['rating', '', rating.toFixed(3)]],
  });
}
