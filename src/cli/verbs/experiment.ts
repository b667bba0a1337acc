/** `starling experiment sentiment`: the networks of the paper's table 2 on these reviews. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sentimentExperiment } from '../../experiments/sentiment.ts';
import { asWriteError, replaceFile } from '../../files/atomic.ts';
import type { OnProgress } from '../../progress.ts';
import { experimentTable } from '../../report/experiment-table.ts';
import { RunCheckpoint } from '../checkpoint-flags.ts';
import type { Flags } from '../flags.ts';
import { clearStatus, Notes, styleFor } from '../notes.ts';
import { showProgress } from '../progress-line.ts';
import { ReportFile } from '../report-file.ts';
import { openRatedReviews, openReviews, refuseTwoInputs } from '../reviews.ts';
import { gatherSettings, textOnly } from '../settings.ts';
import { printJson, printLine } from '../stdout.ts';

/** @param _name which experiment; commander has checked it, and so far there is one */
export async function experiment(_name: string, files: readonly string[], flags: Flags): Promise<void> {
  const notes = new Notes(flags.quiet ?? false);
  const checkpoint = new RunCheckpoint(flags, notes);
  const { given, reading, unlabelled, levels } = await gatherSettings(flags);
  refuseTwoInputs(files, unlabelled);
  const report = await ReportFile.open(flags);
  const { charts } = flags;
  if (charts !== undefined) {
    await mkdir(charts, { recursive: true }).catch((error: unknown) => {
      throw asWriteError(error, charts);
    });
  }
  const reviews = openRatedReviews(files, reading, notes);
  const more = unlabelled.length > 0 ? openReviews(unlabelled, textOnly(reading), notes) : undefined;
  const result = await checkpoint.around(() =>
    sentimentExperiment(report?.follow(files, reading, reviews) ?? reviews, {
      options: given,
      levels,
      unlabelled: report?.followUnlabelled(more) ?? more,
      labels: flags.labels,
      checkpoint: checkpoint.settings,
      onProgress: checkpoint.follow(withoutFits(showProgress(notes))),
      onStep: ({ what, done, total }) => notes.say(`${done} of ${total}: ${what}`),
    }),
  );
  clearStatus();
  const { rules } = notes;
  if (flags.json) await printJson({ ...result, rules });
  else await printLine(experimentTable(result, styleFor(process.stdout)));
  if (charts !== undefined || report) {
    const { experimentReport, experimentSvg } = await import('../../report/html/experiment.ts');
    if (charts !== undefined) {
      for (const which of ['networks', 'labels'] as const) {
        await replaceFile(join(charts, `${which}.svg`), experimentSvg(result, which));
      }
    }
    await report?.write(async (facts) => experimentReport(result, facts), undefined, notes);
  }
  await checkpoint.end();
}

/** Of more than a hundred fits, the end of each is said, and neither each of their epochs nor what rules chose for each. */
function withoutFits(listener: OnProgress): OnProgress {
  return (event) => {
    if (event.phase === 'pretrain' || (!event.epochEnd && event.rule === undefined)) listener(event);
  };
}
