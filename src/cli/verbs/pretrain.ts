/** `starling pretrain`: vocabulary and encoders from reviews, whose ratings are not looked at. */
import { Encoders } from '../../model/encoders.ts';
import { checkDestination } from '../../model/folder.ts';
import { resolveOptions } from '../../options.ts';
import { pretrainingTable } from '../../report/table.ts';
import { VERSION } from '../../version.ts';
import type { Flags } from '../flags.ts';
import { uninterrupted } from '../interrupts.ts';
import { clearStatus, Notes, styleFor } from '../notes.ts';
import { showProgress } from '../progress-line.ts';
import { openReviews } from '../reviews.ts';
import { gatherSettings, textOnly } from '../settings.ts';
import { printJson, printLine } from '../stdout.ts';

export async function pretrain(files: readonly string[], flags: Flags & { out: string }): Promise<void> {
  const started = performance.now();
  const notes = new Notes(flags.quiet ?? false);
  const { given, reading } = await gatherSettings(flags);
  const options = resolveOptions(given);
  await checkDestination(flags.out);
  const encoders = await Encoders.pretrain(openReviews(files, textOnly(reading), notes), {
    options,
    onProgress: showProgress(notes),
  });
  await uninterrupted(() => encoders.save(flags.out));
  clearStatus();
  const about = {
    out: flags.out,
    reviews: encoders.reviews,
    terms: encoders.vectorizer.vocabulary.terms.length,
    layers: encoders.summary,
    options,
    seconds: (performance.now() - started) / 1000,
  };
  if (flags.json) await printJson({ ...about, seed: options.seed, version: VERSION });
  else await printLine(pretrainingTable(about, styleFor(process.stdout)));
}
