/** What a text is given: the shapes, and from arrays to objects. Runs in a browser too. */

export interface Prediction {
  /** On the scale of the training ratings. */
  readonly rating: number;
  /** Probability of each level; null for a model with a linear head. */
  readonly distribution: readonly number[] | null;
  /** Different terms of the text that the vocabulary knows. 0 means that the rating says nothing about the text. */
  readonly knownTerms: number;
}

/** What many texts were given, in arrays: cheap to hand from thread to thread. */
export interface RatedTexts {
  readonly ratings: Float64Array;
  /** texts x levels, row-major; null for a linear head. */
  readonly distribution: Float64Array | null;
  readonly knownTerms: Uint32Array;
}

/** One object per text. */
export function asPredictions(rated: RatedTexts, levels: number): Prediction[] {
  return Array.from(rated.ratings, (rating, i) => ({
    rating,
    distribution: rated.distribution && Array.from(rated.distribution.subarray(i * levels, (i + 1) * levels)),
    knownTerms: rated.knownTerms[i],
  }));
}
