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
  crossvalidate: 'cross-validation',
};

export function showProgress(notes: Notes): OnProgress {
  if (notes.quiet) return () => {};
  const started = performance.now();
  let drawn = 0;
  let cells: readonly [string, string] | undefined;
  return (progress) => {
    if (progress.phase === 'crossvalidate') {
      notes.say(foldLine(progress, (performance.now() - started) / 1000));
      return;
    }
    if (!notes.live) {
      if (progress.epochEnd) notes.say(epochLine(progress));
      return;
    }
    const now = performance.now();
    if (progress.epochEnd && endsLayer(progress)) notes.say(notes.style.faint(epochLine(progress)));
    else if (progress.epochEnd || now - drawn >= FRAME) {
      drawn = now;
      cells ??= speaksUnicode() ? ['━', '╌'] : ['#', '.'];
      notes.status(statusLine(progress, cells, notes.width));
    }
  };
}

function endsLayer({ phase, epoch, epochs }: Progress): boolean {
  return phase === 'pretrain' && epoch === epochs;
}

function whereAmI({ fold, folds, phase, layer, layers, epoch, epochs }: Progress): string[] {
  return [
    ...(fold === undefined ? [] : [`fold ${fold}/${folds}`]),
    phases[phase] + (layer !== undefined && layers! > 1 ? ` layer ${layer}/${layers}` : ''),
    ...(epoch === undefined ? [] : [`epoch ${epoch}/${epochs}`]),
  ];
}

function figures({ cost, validationRmse, reviewsPerSecond }: Progress): string[] {
  return [
    ...(validationRmse === undefined ? [] : [`validation RMSE ${validationRmse.toFixed(4)}`]),
    ...(cost === undefined ? [] : [`cost ${cost.toPrecision(4)}`]),
    ...(reviewsPerSecond === undefined
      ? []
      : [`${Math.round(reviewsPerSecond).toLocaleString('en-US')} reviews/s`]),
  ];
}

/** As much as fits; what matters most comes first. */
function statusLine(progress: Progress, cells: readonly [string, string], width: number): string {
  const { fraction, secondsLeft, phase } = progress;
  const filled = Math.round(fraction * BAR);
  // Fine-tuning may stop early, so what is left of it is a bound.
  const left =
    secondsLeft === undefined ? [] : [`${phase === 'finetune' ? '< ' : ''}${duration(secondsLeft)} left`];
  const parts = [
    ...whereAmI(progress),
    cells[0].repeat(filled) + cells[1].repeat(BAR - filled),
    `${Math.floor(fraction * 100)} %`,
    ...left,
    ...figures(progress),
  ];
  let line = parts[0];
  for (const part of parts.slice(1)) {
    if (line.length + 2 + part.length > width) break;
    line += `  ${part}`;
  }
  return line;
}

function epochLine(progress: Progress): string {
  const note = progress.note === undefined ? '' : ` (${progress.note})`;
  return `${whereAmI(progress).join(', ')}: ${figures(progress).join(', ')}${note}`;
}

/** @param seconds since the run began */
function foldLine({ fold, folds, fraction, validationRmse, note }: Progress, seconds: number): string {
  const done =
    validationRmse === undefined ? (note ?? '') : `fold ${fold}/${folds}: RMSE ${validationRmse.toFixed(4)}`;
  const left = (seconds * (1 - fraction)) / fraction;
  return fraction < 1 && fraction > 0 ? `${done}, about ${duration(left)} left` : done;
}

function speaksUnicode(): boolean {
  const { LC_ALL, LC_CTYPE, LANG, WT_SESSION, TERM_PROGRAM } = process.env;
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '') || Boolean(WT_SESSION || TERM_PROGRAM);
}
