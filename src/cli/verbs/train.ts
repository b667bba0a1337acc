/** `starling train`: a model from reviews, some or all of them rated. */
import { checkDestination } from '../../model/folder.ts';
import { SentimentModel } from '../../model/sentiment-model.ts';
import { trainingTable } from '../../report/table.ts';
import { VERSION } from '../../version.ts';
import { begin } from '../encoders-folder.ts';
import type { Flags } from '../flags.ts';
import { uninterrupted } from '../interrupts.ts';
import { clearStatus, Notes, styleFor } from '../notes.ts';
import { showProgress } from '../progress-line.ts';
import { openRatedReviews, openReviews, refuseTwoInputs } from '../reviews.ts';
import { gatherSettings, textOnly } from '../settings.ts';
import { printJson, printLine } from '../stdout.ts';

export async function train(files: readonly string[], flags: Flags & { out: string }): Promise<void> {
  const notes = new Notes(flags.quiet ?? false);
  const settings = await gatherSettings(flags);
  const { reading } = settings;
  await checkDestination(flags.out);
  const { options, encoders, unlabelled } = await begin(settings, flags, notes);
  refuseTwoInputs(files, unlabelled);
  const model = await SentimentModel.train(openRatedReviews(files, reading, notes), {
    options,
    levels: settings.levels,
    encoders,
    onProgress: showProgress(notes),
    unlabelled: unlabelled.length > 0 ? openReviews(unlabelled, textOnly(reading), notes) : undefined,
  });
  await uninterrupted(() => model.save(flags.out));
  model.close();
  clearStatus();
  const { training, levels } = model;
  if (flags.json) {
    await printJson({ out: flags.out, training, levels, options, seed: options.seed, version: VERSION });
  } else {
    await printLine(trainingTable({ training, levels, options, out: flags.out }, styleFor(process.stdout)));
  }
}
