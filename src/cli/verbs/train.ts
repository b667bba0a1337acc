/** `starling train`: a model from reviews, some or all of them rated. */
import { SentimentModel } from '../../model/sentiment-model.ts';
import { trainingTable } from '../../report/table.ts';
import { checkDestination } from '../../saved/folder.ts';
import { VERSION } from '../../version.ts';
import { RunCheckpoint } from '../checkpoint-flags.ts';
import { begin } from '../encoders-folder.ts';
import type { Flags } from '../flags.ts';
import { clearStatus, Notes, styleFor } from '../notes.ts';
import { showProgress } from '../progress-line.ts';
import { ReportFile } from '../report-file.ts';
import { openRatedReviews, openReviews, refuseTwoInputs } from '../reviews.ts';
import { gatherSettings, textOnly } from '../settings.ts';
import { printJson, printLine } from '../stdout.ts';

export async function train(files: readonly string[], flags: Flags & { out: string }): Promise<void> {
  const notes = new Notes(flags.quiet ?? false);
  const checkpoint = new RunCheckpoint(flags, notes);
  const settings = await gatherSettings(flags);
  const { reading } = settings;
  await checkDestination(flags.out);
  const { options, encoders, unlabelled } = await begin(settings, flags, notes);
  refuseTwoInputs(files, unlabelled);
  const report = await ReportFile.open(flags);
  const reviews = openRatedReviews(files, reading, notes);
  const more = unlabelled.length > 0 ? openReviews(unlabelled, textOnly(reading), notes) : undefined;
  const progress = checkpoint.follow(showProgress(notes));
  const model = await checkpoint.around(() =>
    SentimentModel.train(report?.follow(files, reading, reviews) ?? reviews, {
      options,
      levels: settings.levels,
      encoders,
      checkpoint: checkpoint.settings,
      onProgress: report?.overhear(progress) ?? progress,
      unlabelled: report?.followUnlabelled(more) ?? more,
      keepPredictions: report !== null,
    }),
  );
  await checkpoint.end(() => model.save(flags.out));
  model.close();
  clearStatus();
  const { training, levels } = model;
  if (flags.json) {
    const { rules } = notes;
    const about = { out: flags.out, training, levels, options, rules };
    await printJson({ ...about, seed: options.seed, version: VERSION });
  } else {
    await printLine(
      trainingTable({ training, levels, options: model.options, out: flags.out }, styleFor(process.stdout)),
    );
  }
  if (report) {
    const { trainingReport } = await import('../../report/html/report.ts');
    await report.write((facts) => trainingReport(model, facts), flags.encoders, notes);
  }
}
