/** An explanation as text for people: the review with its words coloured or numbered, then what adds up to the rating. */
import type { Explanation, WordContribution } from '../explanation/explanation.ts';
import { printable } from './printable.ts';
import { count, facts, grid, levelList, percent, plain, type Style } from './table.ts';

/** Colours a word by its strength, -1 (pulls the rating down most) to 1. */
export type Paint = (text: string, strength: number) => string;

export interface ExplanationView {
  readonly text: string;
  readonly explanation: Explanation;
  /** The model's scale. */
  readonly levels: readonly number[];
  /** Terms that are listed; the others are summed. */
  readonly top: number;
}

const BAR = 30;
/** A word that moves the rating by this share of the scale has the full colour, if no other word moves it more. */
const FULL = 0.02;

/** @param paint none: words that count have their contribution behind them */
export function explanationText(view: ExplanationView, style: Style = plain, paint?: Paint): string {
  const parts = [
    markedText(view, paint),
    ratingFacts(view, style),
    distributionBars(view),
    termsTable(view, style),
    networkFacts(view, style),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

const signed = (value: number, digits = 3): string =>
  `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(digits)}`;

function markedText({ text, explanation, levels }: ExplanationView, paint?: Paint): string {
  const { words } = explanation;
  const largest = words.reduce((most, { contribution }) => Math.max(most, Math.abs(contribution)), 0);
  const full = Math.max(largest, FULL * (levels[levels.length - 1] - levels[0]));
  const mark = (word: string, { contribution }: WordContribution): string => {
    if (paint) return full > 0 ? paint(word, contribution / full) : word;
    const shown = signed(contribution, 2);
    return Number(shown) === 0 ? word : `${word}[${shown}]`;
  };
  let marked = '';
  let done = 0;
  for (const word of words) {
    if (word.start < done) continue; // one entity or letter that stands for several words
    marked +=
      printable(text.slice(done, word.start)) + mark(printable(text.slice(word.start, word.end)), word);
    done = word.end;
  }
  return (marked + printable(text.slice(done))).trim();
}

function ratingFacts({ explanation, levels }: ExplanationView, style: Style): string {
  const { rating, base, contributions } = explanation;
  const scale = `on the scale from ${levelList([levels[0]])} to ${levelList([levels[levels.length - 1]])}`;
  const moved = `${base.toFixed(3)} without any word, ${signed(rating - base)} by ${count(contributions.length)} terms`;
  return facts(
    [
      ['rating', `${style.strong(rating.toFixed(3))} ${scale}`],
      [
        'made of',
        contributions.length === 0 ? 'no word that the model knows: it says nothing about the text' : moved,
      ],
    ],
    style,
  );
}

function distributionBars({ explanation, levels }: ExplanationView): string {
  const { distribution } = explanation;
  if (distribution === null) return '';
  const names = levels.map((level) => levelList([level]));
  const width = Math.max(...names.map(({ length }) => length));
  return distribution
    .map((share, k) => {
      const bar = '#'.repeat(Math.round(BAR * share));
      return `${names[k].padStart(width)}  ${percent(share).padStart(7)}  ${bar}`.trimEnd();
    })
    .join('\n');
}

function termsTable({ explanation, top }: ExplanationView, style: Style): string {
  const { contributions } = explanation;
  if (contributions.length === 0) return '';
  const rows = contributions
    .slice(0, top)
    .map(({ term, contribution, places }) => [term, count(places.length), signed(contribution)]);
  const rest = contributions.slice(top);
  const others = rest.reduce((sum, { contribution }) => sum + contribution, 0);
  return grid(
    [
      { title: 'term', align: 'left' },
      { title: 'times', align: 'point' },
      { title: 'contribution', align: 'point' },
    ],
    rest.length > 0
      ? [rows, [[`${count(rest.length)} ${rest.length === 1 ? 'other' : 'others'}`, '', signed(others)]]]
      : [rows],
    style,
  );
}

function networkFacts({ explanation }: ExplanationView, style: Style): string {
  const { activeUnits, unknownWords } = explanation;
  const pairs: [string, string][] = activeUnits.map(({ active, of }, l) => [
    `active units, hidden ${l + 1}`,
    `${count(active)} of ${count(of)}`,
  ]);
  if (unknownWords.length > 0) pairs.push(['words not known', unknownWords.join(', ')]);
  return pairs.length === 0 ? '' : facts(pairs, style);
}
