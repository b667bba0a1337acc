/** A review with its words coloured by what they add to the rating, and the terms that count most as a table. */
import type { Explanation } from '../explanation/explanation.ts';
import { byId, count, make, signed } from './dom.ts';

/** Steps of colour; what moves the rating by `FULL` of the scale has the last one, if no other word moves it more. */
const STEPS = 5;
const FULL = 0.02;
/** Below half of the last digit that is shown, a word moves nothing. */
const NOTHING = 0.0005;
const LISTED = 8;

/** @param span width of the rating scale */
export function showWords(text: string, explanation: Explanation, span: number): void {
  const { words, base, rating, contributions } = explanation;
  const largest = words.reduce((most, { contribution }) => Math.max(most, Math.abs(contribution)), 0);
  const full = Math.max(largest, FULL * span, Number.MIN_VALUE);
  const pieces: (Node | string)[] = [];
  let done = 0;
  for (const { start, end, contribution, known } of words) {
    if (start < done) continue; // one entity or letter that stands for several words
    pieces.push(text.slice(done, start));
    const word = text.slice(start, end);
    const style = known ? strength(contribution, full) : 'unknown';
    if (style === '') {
      pieces.push(word);
    } else {
      const element = make('span', style, word);
      element.title = known ? signed(contribution) : 'not known to the model';
      pieces.push(element);
    }
    done = end;
  }
  pieces.push(text.slice(done));
  byId('words').replaceChildren(...pieces);
  byId('sum').textContent =
    contributions.length === 0
      ? 'The model knows none of these words: the rating says nothing about the text.'
      : `${base.toFixed(3)} without any word, ${signed(rating - base)} by ${count(contributions.length)} ${contributions.length === 1 ? 'term' : 'terms'}: ${rating.toFixed(3)}.`;
  showTerms(explanation);
}

function strength(contribution: number, full: number): string {
  if (Math.abs(contribution) < NOTHING) return '';
  const step = Math.max(1, Math.min(STEPS, Math.ceil((STEPS * Math.abs(contribution)) / full)));
  return `${contribution > 0 ? 'up' : 'down'}-${step}`;
}

function showTerms({ contributions }: Explanation): void {
  const table = byId<HTMLTableElement>('terms');
  const shown = contributions.slice(0, LISTED);
  const most = shown.reduce((m, { contribution }) => Math.max(m, Math.abs(contribution)), 0);
  const row = (name: string, times: string, contribution: number): HTMLTableRowElement => {
    const bar = make('div', contribution < 0 ? 'lowers' : 'raises');
    bar.style.width = `${most > 0 ? Math.min(50, (50 * Math.abs(contribution)) / most) : 0}%`;
    const head = make('th', '', name);
    head.scope = 'row';
    head.dir = 'auto';
    return make(
      'tr',
      '',
      head,
      make('td', 'number', times),
      make('td', 'number', signed(contribution)),
      make('td', '', make('div', 'swing', bar)),
    );
  };
  const rows = shown.map(({ term, places, contribution }) => row(term, count(places.length), contribution));
  const rest = contributions.slice(LISTED);
  if (rest.length > 0) {
    const sum = rest.reduce((total, { contribution }) => total + contribution, 0);
    rows.push(row(`${count(rest.length)} ${rest.length === 1 ? 'other' : 'others'}`, '', sum));
  }
  table.tBodies[0].replaceChildren(...rows);
  table.hidden = rows.length === 0;
}
