/** `starling crossvalidate`: how well the whole recipe does on reviews that it has not seen. In one go, or in pieces. */
import { crossValidate } from '../../evaluation/cross-validate.ts';
import type { FoldPieceSettings } from '../../evaluation/fold-pieces.ts';
import type { CrossValidationResult } from '../../evaluation/results.ts';
import { SHOWN_MISTAKES } from '../../report/html/facts.ts';
import { crossValidationTable } from '../../report/table.ts';
import { RunCheckpoint } from '../checkpoint-flags.ts';
import { type Beginning, begin } from '../encoders-folder.ts';
import type { Flags } from '../flags.ts';
import { clearStatus, Notes, styleFor } from '../notes.ts';
import { checkPieceFlags } from '../piece-flags.ts';
import { showProgress } from '../progress-line.ts';
import { ReportFile } from '../report-file.ts';
import { type NotedReviews, openRatedReviews, openReviews, refuseTwoInputs } from '../reviews.ts';
import { gatherSettings, type Settings, textOnly } from '../settings.ts';
import { printJson, printLine } from '../stdout.ts';

/** All that is read and asked for, whichever way the folds are computed. */
interface Asked extends Beginning {
  readonly flags: Flags;
  readonly settings: Settings;
  readonly notes: Notes;
  readonly reviews: NotedReviews;
  readonly more: NotedReviews | undefined;
}

export async function crossvalidate(files: readonly string[], flags: Flags): Promise<void> {
  const notes = new Notes(flags.quiet ?? false);
  checkPieceFlags(flags, files);
  const settings = await gatherSettings(flags);
  const beginning = await begin(settings, flags, notes);
  const { unlabelled } = beginning;
  refuseTwoInputs(files, unlabelled);
  const reviews = openRatedReviews(files, settings.reading, notes);
  const more = unlabelled.length > 0 ? openReviews(unlabelled, textOnly(settings.reading), notes) : undefined;
  const asked = { ...beginning, flags, settings, notes, reviews, more };
  if (flags.fold) {
    const { leavePieces } = await import('../fold-pieces.ts');
    return leavePieces(flags.fold, flags.pieces!, reviews, pieceSettings(asked, flags.pieces!), flags, notes);
  }
  return flags.merge === undefined ? inOneGo(files, asked) : merged(files, asked, flags.merge);
}

async function inOneGo(files: readonly string[], asked: Asked): Promise<void> {
  const { flags, notes, options, encoders, settings, reviews, more } = asked;
  const checkpoint = new RunCheckpoint(flags, notes);
  const report = await ReportFile.open(flags);
  const progress = checkpoint.follow(showProgress(notes));
  const all = await checkpoint.around(() =>
    crossValidate(report?.follow(files, settings.reading, reviews) ?? reviews, {
      options,
      levels: settings.levels,
      encoders,
      checkpoint: checkpoint.settings,
      onProgress: report?.overhear(progress) ?? progress,
      unlabelled: report?.followUnlabelled(more) ?? more,
      keepPredictions: report !== null,
      keepMistakes: SHOWN_MISTAKES,
    }),
  );
  await show(all, report, asked);
  await checkpoint.end();
}

async function merged(files: readonly string[], asked: Asked, dir: string): Promise<void> {
  const { flags, settings, reviews, more } = asked;
  const { mergeFolds } = await import('../../evaluation/fold-pieces.ts');
  const report = await ReportFile.open(flags);
  const { result, pretraining, rules } = await mergeFolds(
    report?.follow(files, settings.reading, reviews) ?? reviews,
    {
      ...pieceSettings(asked, dir),
      unlabelled: report?.followUnlabelled(more) ?? more,
    },
  );
  report?.recall(pretraining);
  for (const rule of rules) asked.notes.sayRule(rule);
  await show(result, report, asked);
}

/** The same for all pieces, and for reading them: what a piece holds serves a report, whether or not there will be one. */
function pieceSettings({ options, encoders, settings, more }: Asked, dir: string): FoldPieceSettings {
  const { levels } = settings;
  return { dir, options, levels, encoders, unlabelled: more, keepMistakes: SHOWN_MISTAKES };
}

async function show(
  all: CrossValidationResult,
  report: ReportFile | null,
  { flags, notes }: Asked,
): Promise<void> {
  clearStatus();
  // What is kept for the report is no part of the printed result, whose fields others rely on.
  const { tested: _tested, ...result } = all;
  const { rules } = notes;
  if (flags.json) await printJson({ ...result, rules });
  else await printLine(crossValidationTable(result, styleFor(process.stdout), flags.encoders));
  if (report) {
    const { crossValidationReport } = await import('../../report/html/report.ts');
    await report.write((facts) => crossValidationReport(all, facts), flags.encoders, notes);
  }
}
