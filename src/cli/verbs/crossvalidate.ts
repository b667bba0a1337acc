/** `starling crossvalidate`: how well the whole recipe does on reviews that it has not seen. */
import { crossValidate } from '../../evaluation/cross-validate.ts';
import { crossValidationTable } from '../../report/table.ts';
import { begin } from '../encoders-folder.ts';
import type { Flags } from '../flags.ts';
import { clearStatus, Notes, styleFor } from '../notes.ts';
import { showProgress } from '../progress-line.ts';
import { openRatedReviews, openReviews, refuseTwoInputs } from '../reviews.ts';
import { gatherSettings, textOnly } from '../settings.ts';
import { printJson, printLine } from '../stdout.ts';

export async function crossvalidate(files: readonly string[], flags: Flags): Promise<void> {
  const notes = new Notes(flags.quiet ?? false);
  const settings = await gatherSettings(flags);
  const { reading, levels } = settings;
  const { options, encoders, unlabelled } = await begin(settings, flags, notes);
  refuseTwoInputs(files, unlabelled);
  const result = await crossValidate(openRatedReviews(files, reading, notes), {
    options,
    levels,
    encoders,
    onProgress: showProgress(notes),
    unlabelled: unlabelled.length > 0 ? openReviews(unlabelled, textOnly(reading), notes) : undefined,
  });
  clearStatus();
  if (flags.json) await printJson(result);
  else await printLine(crossValidationTable(result, styleFor(process.stdout), flags.encoders));
}
