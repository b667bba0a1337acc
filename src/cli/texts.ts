/** What `explain` is given: texts as they are, and review files, in any order. */
import { stat } from 'node:fs/promises';
import { readReviews } from '../corpus/read-reviews.ts';
import type { ReadOptions } from '../corpus/table.ts';
import { FILE_NAME } from './model-operand.ts';
import type { Notes } from './notes.ts';
import { sayReport } from './reviews.ts';

export interface GivenText {
  /** Of the review; null for a text that was given as it is. */
  readonly id: string | null;
  readonly text: string;
}

async function isFile(given: string): Promise<boolean> {
  // One word that ends like a file: a mistyped name is no review.
  if (given === '-' || (!/\s/.test(given) && FILE_NAME.test(given))) return true;
  return (await stat(given).catch(() => null)) !== null;
}

/** @throws StarlingError as `readReviews` */
export async function* textsFrom(
  given: readonly string[],
  reading: ReadOptions,
  notes: Notes,
): AsyncGenerator<GivenText> {
  for (const operand of given) {
    if (!(await isFile(operand))) {
      yield { id: null, text: operand };
      continue;
    }
    const typed = operand === '-' && process.stdin.isTTY === true;
    if (typed) notes.say('Type one text per line; Ctrl-D ends.');
    const format = reading.format ?? (typed ? 'txt' : undefined);
    const reviews = readReviews(operand, { ...reading, format });
    for await (const { id, text } of reviews) yield { id, text };
    sayReport(reviews.report, notes);
  }
}
