/** `starling inspect`: what is in review files, and what is likely to go wrong with them; or what a model knows. */
import { stat } from 'node:fs/promises';
import { StarlingError } from '../../errors.ts';
import { resolveOptions } from '../../options.ts';
import { inspectCorpus } from '../../report/inspection.ts';
import { inspectionTable } from '../../report/inspection-table.ts';
import { gatherReviews } from '../../text/review-corpus.ts';
import type { Flags } from '../flags.ts';
import { modelOperand } from '../model-operand.ts';
import { clearStatus, Notes, styleFor } from '../notes.ts';
import { withFlags } from '../option-flags.ts';
import { openReviews } from '../reviews.ts';
import { gatherSettings } from '../settings.ts';
import { printJson, printLine } from '../stdout.ts';

export async function inspect(files: readonly string[], flags: Flags): Promise<void> {
  const model = (await modelOperand(files[0])).folder;
  const folder = (await stat(model).catch(() => null))?.isDirectory() ?? false;
  if (folder && files.length === 1) {
    const { inspectModel } = await import('./inspect-model.ts');
    return inspectModel(model, flags);
  }
  refuseMixture(files, folder, flags);
  const notes = new Notes(flags.quiet ?? false);
  const { given, reading } = await gatherSettings(flags);
  const options = resolveOptions(given);
  const reviews = openReviews(files, reading, notes);
  const inspection = inspectCorpus(await gatherReviews(reviews, options), reviews.report, options);
  clearStatus();
  if (flags.json) await printJson(inspection);
  else await printLine(withFlags(inspectionTable(inspection, styleFor(process.stdout))));
}

function refuseMixture(files: readonly string[], folder: boolean, flags: Flags): void {
  const flag = (['term', 'data', 'top'] as const).find((name) => flags[name] !== undefined);
  if (!folder && flag === undefined) return;
  throw new StarlingError(
    'BAD_OPTION',
    folder
      ? `${files.slice(0, 2).join(' and ')} were given: a model is inspected alone`
      : `--${flag} is about a model, but ${files[0]} is not the folder of one`,
    'starling inspect MODEL --data FILE measures a model on reviews.',
  );
}
