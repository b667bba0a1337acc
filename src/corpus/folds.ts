/**
 * Which rated reviews learn and which test: folds and splits, stratified by rating, with all reviews of one text kept
 * together. (A text that is repeated, once in training and once in the test, would be a test of memory.)
 */
import { StarlingError } from '../errors.ts';
import type { RandomStream } from '../random.ts';

interface Group {
  readonly rating: number;
  readonly rows: number[];
}

/**
 * A fold for every review, such that each fold has nearly the same size and nearly the same ratings.
 * @param ratings one per review
 * @param groups one per review; reviews of the same group (equal texts) are never parted
 * @returns the fold of each review, from 0
 * @throws StarlingError NOT_ENOUGH_DATA when there are fewer groups than folds
 */
export function stratifiedFolds(
  ratings: ArrayLike<number>,
  groups: ArrayLike<number>,
  folds: number,
  stream: RandomStream,
): Int32Array {
  const dealt = byRating(ratings, groups, stream);
  if (dealt.length < folds) {
    throw new StarlingError(
      'NOT_ENOUGH_DATA',
      `${dealt.length} different rated texts are too few for ${folds} folds`,
      'Use fewer folds, or name the rating column with --rating.',
    );
  }
  const fold = new Int32Array(ratings.length);
  const size = new Int32Array(folds);
  const sizeInStratum = new Int32Array(folds);
  let stratum = Number.NaN;
  for (const { rating, rows } of dealt) {
    if (rating !== stratum) sizeInStratum.fill(0);
    stratum = rating;
    let to = 0;
    for (let f = 1; f < folds; f++) {
      if ((sizeInStratum[f] - sizeInStratum[to] || size[f] - size[to]) < 0) to = f;
    }
    size[to] += rows.length;
    sizeInStratum[to] += rows.length;
    for (const row of rows) fold[row] = to;
  }
  return fold;
}

/**
 * Sets a part of the reviews aside.
 * @param fraction how large a part, 0 to 1
 * @returns 1 for the reviews set aside, 0 for the others
 */
export function stratifiedSplit(
  ratings: ArrayLike<number>,
  groups: ArrayLike<number>,
  fraction: number,
  stream: RandomStream,
): Uint8Array {
  const part = new Uint8Array(ratings.length);
  if (fraction <= 0) return part;
  // Along the ratings in order, every 1/fraction-th review: each rating gives its share, also if there are many ratings.
  let due = 0;
  for (const { rows } of byRating(ratings, groups, stream)) {
    due += rows.length * fraction;
    if (due < rows.length / 2) continue;
    due -= rows.length;
    for (const row of rows) part[row] = 1;
  }
  return part;
}

/** The groups by rating (that of their first review), in random order within a rating. */
function byRating(ratings: ArrayLike<number>, groups: ArrayLike<number>, stream: RandomStream): Group[] {
  const found = new Map<number, Group>();
  for (let row = 0; row < ratings.length; row++) {
    const group = found.get(groups[row]);
    if (group) group.rows.push(row);
    else found.set(groups[row], { rating: ratings[row], rows: [row] });
  }
  const all = [...found.values()];
  return Array.from(stream.permutation(all.length), (i) => all[i]).sort((a, b) => a.rating - b.rating);
}
