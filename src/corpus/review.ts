/** What a corpus is made of. */

export interface Review {
  /** From the id column, or the 1-based data-row number within its file, as text. */
  readonly id: string;
  readonly text: string;
  /** Null when the review is unlabelled. Always finite otherwise. */
  readonly rating: number | null;
}
