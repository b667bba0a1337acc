/** `starling inspect`: what is in review files, and what is likely to go wrong with them. */
import { resolveOptions } from '../../options.ts';
import { inspectCorpus } from '../../report/inspection.ts';
import { inspectionTable } from '../../report/inspection-table.ts';
import { gatherReviews } from '../../text/review-corpus.ts';
import type { Flags } from '../flags.ts';
import { clearStatus, Notes, styleFor } from '../notes.ts';
import { withFlags } from '../option-flags.ts';
import { openReviews } from '../reviews.ts';
import { gatherSettings } from '../settings.ts';
import { printJson, printLine } from '../stdout.ts';

export async function inspect(files: readonly string[], flags: Flags): Promise<void> {
  const notes = new Notes(flags.quiet ?? false);
  const { given, reading } = await gatherSettings(flags);
  const options = resolveOptions(given);
  const reviews = openReviews(files, reading, notes);
  const inspection = inspectCorpus(await gatherReviews(reviews, options), reviews.report, options);
  clearStatus();
  if (flags.json) await printJson(inspection);
  else await printLine(withFlags(inspectionTable(inspection, styleFor(process.stdout))));
}
