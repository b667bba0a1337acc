/** From contributions of terms to places in the text: terms may occur several times, and runs of words overlap. */
import type { WordSpan } from '../text/spans.ts';
import type { TermOccurrence } from '../text/vectorizer.ts';
import type { Place, WordContribution } from './explanation.ts';

/** Places of each term, by its column. */
export function placesOf(
  spans: readonly WordSpan[],
  occurrences: readonly TermOccurrence[],
): Map<number, Place[]> {
  const places = new Map<number, Place[]>();
  for (const { column, first, last } of occurrences) {
    const place = { start: spans[first].start, end: spans[last].end };
    const known = places.get(column);
    if (known) known.push(place);
    else places.set(column, [place]);
  }
  return places;
}

/**
 * Gives each word its share: a term's contribution is divided equally between its occurrences, and there between its
 * words. The shares sum to the contributions.
 * @param contributions by column
 */
export function sharesOfWords(
  spans: readonly WordSpan[],
  occurrences: readonly TermOccurrence[],
  contributions: ReadonlyMap<number, number>,
): WordContribution[] {
  const times = new Map<number, number>();
  for (const { column } of occurrences) times.set(column, (times.get(column) ?? 0) + 1);
  const shares = new Float64Array(spans.length);
  const known = new Uint8Array(spans.length);
  for (const { column, first, last } of occurrences) {
    const share = (contributions.get(column) ?? 0) / times.get(column)! / (last - first + 1);
    for (let word = first; word <= last; word++) {
      shares[word] += share;
      known[word] = 1;
    }
  }
  return spans.map(({ start, end }, word) => ({
    start,
    end,
    contribution: shares[word],
    known: known[word] === 1,
  }));
}
