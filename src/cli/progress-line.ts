/**
 * The listener that shows progress on standard error. On a terminal: one line, rewritten in place, and a line that stays
 * for each layer and fold. Elsewhere: one plain line per epoch.
 */
import type { OnProgress, Progress } from '../progress.ts';
import { duration } from '../report/table.ts';
import type { Notes } from './notes.ts';

/** Milliseconds between two looks of the line. */
const FRAME = 80;
const BAR = 24;

const phases: Record<Progress['phase'], string> = {
  read: 'reading',
  vocabulary: 'counting terms',
  pretrain: 'pre-training',
  finetune: 'fine-tuning',
  refit: 'fine-tuning on all',
  wide: 'linear part',
  crossvalidate: 'cross-validation',
};

export function showProgress(notes: Notes): OnProgress {
  const hear = listenerFor(notes);
  return (progress) => {
    const { phase, rule } = progress;
    if (rule === undefined) hear(progress);
    else if (phase !== 'wide') notes.sayRule(rule); // the linear part has the network's
  };
}

function listenerFor(notes: Notes): OnProgress {
  if (notes.quiet) return () => {};
  let drawn = 0;
  let foldsDone = 0;
  let cells: readonly [string, string] | undefined;
  let last: Progress | undefined;
  return (progress) => {
    const { epochEnd } = progress;
    if (epochEnd) last = progress;
    if (progress.phase === 'crossvalidate' && epochEnd) {
      foldsDone++;
      notes.say(foldLine(progress, foldsDone));
    } else if (!notes.live) {
      if (epochEnd && !goesOn(progress)) notes.say(epochLine(progress));
    } else if (epochEnd && endsLayer(progress)) {
      notes.say(notes.style.faint(epochLine(progress)));
    } else if (epochEnd || performance.now() - drawn >= FRAME) {
      drawn = performance.now();
      cells ??= speaksUnicode() ? ['━', '╌'] : ['#', '.'];
      notes.status(statusLine(withLast(progress, last), foldsDone, cells, notes.width));
    }
  };
}

/** What is known at the end of an epoch only is shown during the next one too. */
function withLast(progress: Progress, last: Progress | undefined): Progress {
  if (last?.phase !== progress.phase || last.layer !== progress.layer) return progress;
  const { validationRmse, sparsity } = last;
  return {
    ...(validationRmse === undefined ? {} : { validationRmse }),
    ...(sparsity ? { sparsity } : {}),
    ...progress,
  };
}

/** The linear part is quick: its last epoch is enough. */
function goesOn({ phase, epoch, epochs, note }: Progress): boolean {
  return phase === 'wide' && note === undefined && epoch !== epochs;
}

function endsLayer({ phase, epoch, epochs }: Progress): boolean {
  return phase === 'pretrain' && epoch === epochs;
}

function whereAmI({ phase, layer, layers, epoch, epochs }: Progress): string[] {
  return [
    phases[phase] + (layer !== undefined && layers! > 1 ? ` layer ${layer}/${layers}` : ''),
    ...(epoch === undefined ? [] : [`epoch ${epoch}/${epochs}`]),
  ];
}

function figures({ cost, validationRmse, sparsity, reviewsPerSecond }: Progress): string[] {
  const zeros = (sparsity ?? []).map((share) => (100 * share).toFixed(0)).join(', ');
  return [
    ...(validationRmse === undefined ? [] : [`validation RMSE ${validationRmse.toFixed(4)}`]),
    ...(cost === undefined ? [] : [`cost ${cost.toPrecision(4)}`]),
    ...(zeros === '' ? [] : [`zeros ${zeros} %`]),
    ...(reviewsPerSecond === undefined
      ? []
      : [`${Math.round(reviewsPerSecond).toLocaleString('en-US')} reviews/s`]),
  ];
}

/** As much as fits; what does not is left out. Folds run side by side, so of them only the number that is done is shown. */
function statusLine(
  progress: Progress,
  foldsDone: number,
  cells: readonly [string, string],
  width: number,
): string {
  const { fraction, secondsLeft, phase, folds } = progress;
  const inFolds = phase === 'crossvalidate';
  const filled = Math.round(fraction * BAR);
  // These may stop early, so what is left of them is a bound.
  const bound = phase === 'finetune' || phase === 'wide' ? '< ' : '';
  const parts = [
    ...(inFolds ? [phases[phase], `${foldsDone} of ${folds} folds done`] : whereAmI(progress)),
    cells[0].repeat(filled) + cells[1].repeat(BAR - filled),
    `${Math.floor(fraction * 100)} %`,
    ...(secondsLeft === undefined ? [] : [`${bound}${duration(secondsLeft)} left`]),
    ...(inFolds ? [] : figures(progress)),
  ];
  let line = parts[0];
  for (const part of parts.slice(1)) if (line.length + 2 + part.length <= width) line += `  ${part}`;
  return line;
}

function epochLine(progress: Progress): string {
  const note = progress.note === undefined ? '' : ` (${progress.note})`;
  return `${whereAmI(progress).join(', ')}: ${figures(progress).join(', ')}${note}`;
}

/** Folds may end in any order: the number that is done is what tells how far it is. */
function foldLine({ fold, folds, validationRmse, secondsLeft }: Progress, done: number): string {
  const left = done < folds! && secondsLeft !== undefined ? `, about ${duration(secondsLeft)} left` : '';
  return `fold ${fold}: RMSE ${validationRmse!.toFixed(4)} (${done} of ${folds} done${left})`;
}

function speaksUnicode(): boolean {
  const { LC_ALL, LC_CTYPE, LANG, WT_SESSION, TERM_PROGRAM } = process.env;
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '') || Boolean(WT_SESSION || TERM_PROGRAM);
}
