/** `starling evaluate`: how far a model's ratings are from those in rated reviews. */
import { SentimentModel } from '../../model/sentiment-model.ts';
import { evaluationTable } from '../../report/table.ts';
import type { Flags } from '../flags.ts';
import { clearStatus, Notes, styleFor } from '../notes.ts';
import { openRatedReviews } from '../reviews.ts';
import { gatherSettings } from '../settings.ts';
import { printJson, printLine } from '../stdout.ts';

export async function evaluate(folder: string, files: readonly string[], flags: Flags): Promise<void> {
  const notes = new Notes(flags.quiet ?? false);
  const { reading, given } = await gatherSettings(flags);
  const model = await SentimentModel.load(folder, given.engine);
  const result = await model.evaluate(openRatedReviews(files, reading, notes));
  model.close();
  clearStatus();
  if (flags.json) await printJson(result);
  else await printLine(evaluationTable(result, styleFor(process.stdout)));
}
