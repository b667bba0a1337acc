/** `starling inspect MODEL`: what a model knows. */
import { SentimentModel } from '../../model/sentiment-model.ts';
import { modelTable } from '../../report/model-table.ts';
import type { Flags } from '../flags.ts';
import { clearStatus, Notes, styleFor } from '../notes.ts';
import { openReviews } from '../reviews.ts';
import { gatherSettings } from '../settings.ts';
import { printJson, printLine } from '../stdout.ts';

export async function inspectModel(folder: string, flags: Flags): Promise<void> {
  const notes = new Notes(flags.quiet ?? false);
  const { reading } = await gatherSettings(flags);
  const model = await SentimentModel.load(folder);
  const inspection = await model.inspect({
    terms: flags.term,
    reviews: flags.data && openReviews(flags.data, reading, notes),
    listed: flags.top,
  });
  model.close();
  clearStatus();
  const { training, options, levels } = model;
  if (flags.json) await printJson({ ...inspection, training, options, levels });
  else {
    await printLine(
      modelTable({ name: folder, inspection, training, options, levels }, styleFor(process.stdout)),
    );
  }
}
