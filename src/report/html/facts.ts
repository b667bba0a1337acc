/** What a report is made from, besides the results: where the data came from, and how to make it again. */
import type { FileReport } from '../../corpus/report.ts';
import type { Review } from '../../corpus/review.ts';
import type { Explanation } from '../../explanation/explanation.ts';

/** Worst mistakes shown unless said otherwise, too high and too low each: `keepMistakes` for their explanations. */
export const SHOWN_MISTAKES = 5;

/** A review of which it is known where it stood. */
export interface PlacedReview extends Review {
  /** Name of its file; shown when there are several. */
  readonly file?: string;
}

/** The end of an epoch of the pre-training. */
export interface PretrainingEpoch {
  /** From 1. */
  readonly layer: number;
  readonly epoch: number;
  /** Mean reconstruction cost per review. */
  readonly cost: number;
}

/** All of it can be left out; the report then lacks that part. */
export interface ReportFacts {
  /**
   * The reviews once more, the same in the same order: the texts of the worst mistakes are taken from them. Read up to the
   * last of these.
   */
  readonly reviews?: Iterable<PlacedReview> | AsyncIterable<PlacedReview>;
  /** The command that makes this report again, as a shell takes it. */
  readonly command?: string;
  /** Now, when absent. */
  readonly made?: Date;
  /** What was found in the files: `report` of what `readReviews` gave, after reading. */
  readonly files?: readonly FileReport[];
  /** Files for vocabulary and pre-training only. */
  readonly unlabelled?: readonly FileReport[];
  /** Where the encoders come from, if not from this run. */
  readonly encoders?: string;
  /** From the events of the run: those of the phase "pretrain" that end an epoch. */
  readonly pretraining?: readonly PretrainingEpoch[];
  /** Worst mistakes that are shown, too high and too low each; `SHOWN_MISTAKES` when absent. */
  readonly mistakes?: number;
}

/** A review that the model got badly wrong. */
export interface Mistake {
  readonly review: PlacedReview;
  readonly actual: number;
  readonly predicted: number;
  /** Fold that it was tested in, from 1; null where there are none. */
  readonly fold: number | null;
  readonly explanation: Explanation | null;
}
