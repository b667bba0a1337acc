/** `starling crossvalidate`: how well the whole recipe does on reviews that it has not seen. */
import { crossValidate } from '../../evaluation/cross-validate.ts';
import { SHOWN_MISTAKES } from '../../report/html/facts.ts';
import { crossValidationTable } from '../../report/table.ts';
import { RunCheckpoint } from '../checkpoint-flags.ts';
import { begin } from '../encoders-folder.ts';
import type { Flags } from '../flags.ts';
import { clearStatus, Notes, styleFor } from '../notes.ts';
import { showProgress } from '../progress-line.ts';
import { ReportFile } from '../report-file.ts';
import { openRatedReviews, openReviews, refuseTwoInputs } from '../reviews.ts';
import { gatherSettings, textOnly } from '../settings.ts';
import { printJson, printLine } from '../stdout.ts';

export async function crossvalidate(files: readonly string[], flags: Flags): Promise<void> {
  const notes = new Notes(flags.quiet ?? false);
  const checkpoint = new RunCheckpoint(flags, notes);
  const settings = await gatherSettings(flags);
  const { reading, levels } = settings;
  const { options, encoders, unlabelled } = await begin(settings, flags, notes);
  refuseTwoInputs(files, unlabelled);
  const report = await ReportFile.open(flags);
  const reviews = openRatedReviews(files, reading, notes);
  const more = unlabelled.length > 0 ? openReviews(unlabelled, textOnly(reading), notes) : undefined;
  const progress = checkpoint.follow(showProgress(notes));
  const all = await checkpoint.around(() =>
    crossValidate(report?.follow(files, reading, reviews) ?? reviews, {
      options,
      levels,
      encoders,
      checkpoint: checkpoint.settings,
      onProgress: report?.overhear(progress) ?? progress,
      unlabelled: report?.followUnlabelled(more) ?? more,
      keepPredictions: report !== null,
      keepMistakes: SHOWN_MISTAKES,
    }),
  );
  clearStatus();
  // What is kept for the report is no part of the printed result, whose fields others rely on.
  const { tested: _tested, ...result } = all;
  if (flags.json) await printJson(result);
  else await printLine(crossValidationTable(result, styleFor(process.stdout), flags.encoders));
  if (report) {
    const { crossValidationReport } = await import('../../report/html/report.ts');
    await report.write((facts) => crossValidationReport(all, facts), flags.encoders, notes);
  }
  await checkpoint.end();
}
