/** The shapes of an explanation. Fields are added, never renamed: pages, reports and scripts rely on them. */

/** A place in the text as it was given: first code unit, and the one after the last. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

export interface TermContribution {
  readonly term: string;
  /** What the term adds to the rating, in its unit (stars). */
  readonly contribution: number;
  /** The term's entry in the input of the network (or, if only that knows it, of the linear model beside it): 1, its count, or its TF-IDF weight. */
  readonly value: number;
  /** Where it occurs, in order. Places of n-grams overlap. */
  readonly places: readonly Place[];
}

/** A word of the text with its share of the contributions: of a run of n words, each word has an nth. */
export interface WordContribution extends Place {
  readonly contribution: number;
  /** False when no term of the vocabulary covers it, so that the network does not see it. */
  readonly known: boolean;
}

/**
 * An output of the head as the exact sum that it is: bias + contributions = value. For this review, with these units
 * active, the network is this linear function.
 */
export interface OutputSplit {
  /** The level whose score this is (a logit of the softmax); null for the linear head, whose output is a rating. */
  readonly level: number | null;
  readonly bias: number;
  /** One per term, in the order of `Explanation.contributions`. */
  readonly contributions: readonly number[];
  readonly value: number;
}

export interface ActiveUnits {
  readonly active: number;
  /** Units of the layer. */
  readonly of: number;
  /** Their numbers from 0, ascending; only when asked for. */
  readonly units?: readonly number[];
}

export interface Explanation {
  /** On the scale of the training ratings: base + contributions, but for `residual`. */
  readonly rating: number;
  /** Probability of each level; null for a model with a linear head. */
  readonly distribution: readonly number[] | null;
  /** Rating of a review without any words. */
  readonly base: number;
  /** One per known term, by falling magnitude. */
  readonly contributions: readonly TermContribution[];
  /** rating - base - sum of the contributions: what rounding has left, below 1e-9. */
  readonly residual: number;
  /** All words in the order of the text; their contributions have the same sum. Dropped stop words are not among them. */
  readonly words: readonly WordContribution[];
  /** Of the network alone. Null for activations that are not piecewise linear (all but rectifier and leaky). */
  readonly perLevel: readonly OutputSplit[] | null;
  /** Per hidden layer: units whose output is not zero; for leaky ones, whose pre-activation is above zero. */
  readonly activeUnits: readonly ActiveUnits[];
  /** Words that no term of the vocabulary consists of, without repeats. */
  readonly unknownWords: readonly string[];
  /** Share of the rating that is the linear model's beside the network, 0 to 1. Absent when there is none. */
  readonly wideShare?: number;
}

export interface ExplainSettings {
  /** List the active units. */
  readonly units?: boolean;
}
