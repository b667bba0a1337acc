/** `starling crossvalidate --fold`: computes some folds, and leaves each as a piece for `--merge`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { crossValidateFolds, type FoldPiece, type FoldPieceSettings } from '../evaluation/fold-pieces.ts';
import { facts } from '../report/table.ts';
import type { ReviewSource } from '../text/review-corpus.ts';
import { RunCheckpoint } from './checkpoint-flags.ts';
import type { Flags } from './flags.ts';
import { clearStatus, type Notes, styleFor } from './notes.ts';
import { chosenPieces } from './piece-flags.ts';
import { showProgress } from './progress-line.ts';
import { printJson, printLine } from './stdout.ts';

/** @param written the values of --fold */
export async function leavePieces(
  written: readonly string[],
  dir: string,
  reviews: ReviewSource,
  settings: FoldPieceSettings,
  flags: Flags,
  notes: Notes,
): Promise<void> {
  const of = settings.options!.folds!;
  const folds = chosenPieces('--fold', written, of, (sentence) => notes.say(sentence));
  // Beside the pieces, so that a job that a scheduler has stopped goes on wherever it runs next.
  const place =
    flags.checkpoint ?? join(dir, `fold-${[...folds].sort((a, b) => a - b).join('-')}.checkpoint`);
  const resume = place !== false && existsSync(place);
  const checkpoint = new RunCheckpoint({ ...flags, checkpoint: place, resume }, notes);
  const pieces = await checkpoint.around(() =>
    crossValidateFolds(reviews, folds, {
      ...settings,
      checkpoint: checkpoint.settings,
      onProgress: checkpoint.follow(showProgress(notes)),
    }),
  );
  clearStatus();
  if (flags.json) await printJson({ dir, of, pieces });
  else
    await printLine(
      facts(
        pieces.map((piece) => line(piece, of)),
        styleFor(process.stdout),
      ),
    );
  await checkpoint.end();
}

function line({ fold, rmse, file, computed }: FoldPiece, of: number): readonly [string, string] {
  return [`fold ${fold} of ${of}`, `RMSE ${rmse.toFixed(4)}, ${computed ? 'now' : 'already'} in ${file}`];
}
