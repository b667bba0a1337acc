/** The reviews that were rated most wrongly, with what made their ratings. */
import type { PredictedReviews } from '../../evaluation/results.ts';
import { colouredText, colourKey, plainText, sumOfRating, termsTable } from './explained-review.ts';
import type { Mistake, ReportFacts } from './facts.ts';
import { html, type Markup } from './markup.ts';
import { levelName, signed } from './numbers.ts';
import { folded } from './table.ts';

/** Characters of a review that are shown: enough to see why, and ten of them keep the page small. */
const MOST_CHARACTERS = 2500;
const LISTED_TERMS = 12;

export interface Mistakes {
  readonly tooHigh: readonly Mistake[];
  readonly tooLow: readonly Mistake[];
}

type Found = (review: NonNullable<Mistake['review']>, place: number) => Omit<Mistake, 'review'>;

/**
 * Takes the texts of chosen reviews from the reviews read once more. One that is not there any more, or has another rating
 * than it had, is left out: the file has changed.
 * @param places in the arrays of `predicted`
 */
export async function gatherMistakes(
  predicted: PredictedReviews,
  places: { readonly tooHigh: readonly number[]; readonly tooLow: readonly number[] },
  reviews: ReportFacts['reviews'],
  about: Found,
): Promise<Mistakes> {
  const wanted = new Map([...places.tooHigh, ...places.tooLow].map((i) => [predicted.rows[i], i]));
  const found = new Map<number, Mistake>();
  let row = 0;
  if (reviews && wanted.size > 0) {
    for await (const review of reviews) {
      const place = wanted.get(row++);
      if (place === undefined) continue;
      wanted.delete(row - 1);
      if (review.rating === predicted.actual[place]) {
        found.set(place, { ...about(review, place), review });
      }
      if (wanted.size === 0) break;
    }
  }
  const inOrder = (list: readonly number[]): Mistake[] => list.flatMap((i) => found.get(i) ?? []);
  return { tooHigh: inOrder(places.tooHigh), tooLow: inOrder(places.tooLow) };
}

/** @param files how many were read: of several, each review says which it is from */
export function mistakesSection(
  { tooHigh, tooLow }: Mistakes,
  levels: readonly number[],
  files: number,
): Markup {
  const part = (title: string, list: readonly Mistake[]): Markup | null =>
    list.length === 0
      ? null
      : html`<h3>${title}</h3>
${list.map((mistake) => mistakeArticle(mistake, levels, files))}`;
  const explained = [...tooHigh, ...tooLow].some(({ explanation }) => explanation !== null);
  return html`${explained ? colourKey() : null}
${part('Rated too high', tooHigh)}${part('Rated too low', tooLow)}`;
}

function mistakeArticle(
  { review, actual, predicted, fold, explanation }: Mistake,
  levels: readonly number[],
  files: number,
): Markup {
  const { text } = review;
  return html`<article class="mistake">
<h4>predicted ${predicted.toFixed(2)}, true ${levelName(actual)} <span class="faint">(${signed(predicted - actual)})</span></h4>
<p class="small">review <bdi>${review.id}</bdi>${files > 1 && review.file !== undefined ? html` of <bdi>${review.file}</bdi>` : null}${fold === null ? null : html`, tested in fold ${fold}`}</p>
${explanation ? colouredText({ text, explanation, levels, most: MOST_CHARACTERS }) : plainText(text, MOST_CHARACTERS)}
${explanation ? html`<p class="small">${sumOfRating(explanation)}</p>${folded('Terms that count most', termsTable({ explanation, top: LISTED_TERMS }))}` : null}
</article>
`;
}
