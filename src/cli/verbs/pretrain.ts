/** `starling pretrain`: vocabulary and encoders from reviews, whose ratings are not looked at. */
import { Encoders } from '../../model/encoders.ts';
import { resolveOptions } from '../../options.ts';
import { pretrainingTable } from '../../report/table.ts';
import { checkDestination } from '../../saved/folder.ts';
import { VERSION } from '../../version.ts';
import { RunCheckpoint } from '../checkpoint-flags.ts';
import type { Flags } from '../flags.ts';
import { clearStatus, Notes, styleFor } from '../notes.ts';
import { showProgress } from '../progress-line.ts';
import { openReviews } from '../reviews.ts';
import { gatherSettings, textOnly } from '../settings.ts';
import { printJson, printLine } from '../stdout.ts';

export async function pretrain(files: readonly string[], flags: Flags & { out: string }): Promise<void> {
  const started = performance.now();
  const notes = new Notes(flags.quiet ?? false);
  const checkpoint = new RunCheckpoint(flags, notes);
  const { given, reading } = await gatherSettings(flags);
  const options = resolveOptions(given);
  await checkDestination(flags.out);
  const encoders = await checkpoint.around(() =>
    Encoders.pretrain(openReviews(files, textOnly(reading), notes), {
      options,
      checkpoint: checkpoint.settings,
      onProgress: checkpoint.follow(showProgress(notes)),
    }),
  );
  await checkpoint.end(() => encoders.save(flags.out));
  clearStatus();
  const about = {
    out: flags.out,
    reviews: encoders.reviews,
    terms: encoders.vectorizer.vocabulary.terms.length,
    layers: encoders.summary,
    options,
    seconds: (performance.now() - started) / 1000,
  };
  if (flags.json) await printJson({ ...about, rules: notes.rules, seed: options.seed, version: VERSION });
  else await printLine(pretrainingTable(about, styleFor(process.stdout)));
}
