/** `starling tune`: searches options within a time and leaves the best as a file for --config. */
import { readFile } from 'node:fs/promises';
import { StarlingError } from '../../errors.ts';
import { resolveOptions } from '../../options.ts';
import { trialLine, tuningTable } from '../../report/tuning-table.ts';
import { checkSpace, defaultSpace, type Space } from '../../tuning/space.ts';
import { MOST_TRIALS, tune as search, type TunePlan } from '../../tuning/tune.ts';
import { checkBestOptions, writeBestOptions } from '../best-options.ts';
import type { Flags } from '../flags.ts';
import { onFirstInterrupt } from '../interrupts.ts';
import { clearStatus, Notes, styleFor } from '../notes.ts';
import { chosenPieces } from '../piece-flags.ts';
import { showProgress } from '../progress-line.ts';
import { openRatedReviews, openReviews, refuseTwoInputs } from '../reviews.ts';
import { gatherSettings, type Settings, textOnly } from '../settings.ts';
import { printJson, printLine } from '../stdout.ts';

const MINUTES = 30;

export async function tune(files: readonly string[], flags: Flags & { out: string }): Promise<void> {
  const notes = new Notes(flags.quiet ?? false);
  const settings = await gatherSettings(flags);
  const { given, reading, unlabelled, levels } = settings;
  const { out, minutes = MINUTES, trials: dir = `${out}.trials`, strategy } = flags;
  refuseTwoInputs(files, unlabelled);
  const base = resolveOptions(given);
  const space = flags.space === undefined ? spaceBeside(given) : await readSpace(flags.space);
  const trials = flags.trial && chosenPieces('--trial', flags.trial, MOST_TRIALS, (line) => notes.say(line));
  if (!trials) await checkBestOptions(out);
  const reviews = openRatedReviews(files, reading, notes);
  const more = unlabelled.length > 0 ? openReviews(unlabelled, textOnly(reading), notes) : undefined;
  const listener = showProgress(notes);
  let training = 0;
  let began = 0;
  let made = 0;
  const result = await orInterrupted(dir, () =>
    search(reviews, {
      options: given,
      space,
      strategy,
      unlabelled: more,
      levels,
      dir,
      seconds: 60 * minutes,
      trials,
      onProgress: (event) => {
        // What rules chose is nearly the same in all trials.
        if (!event.epochEnd && (event.rule === undefined || made === 0)) listener(event);
      },
      onPlan: (plan) => {
        training = plan.training;
        began = performance.now();
        notes.say(planLine(plan, dir));
      },
      onTrial: async (trial, best, found, chosen) => {
        if (!found) made++;
        const left = found || trials ? undefined : 60 * minutes - (performance.now() - began) / 1000;
        if (!found || best) notes.say(trialLine(trial, base, best, training, left));
        if (chosen && !trials && !found) await writeBestOptions(out, chosen.options, settings);
      },
    }),
  );
  clearStatus();
  const { chosen } = result;
  if (!trials) {
    if (!chosen) throw noBest(result.trials.length, dir);
    await writeBestOptions(out, chosen.options, settings);
  }
  const { rules } = notes;
  if (flags.json) await printJson({ ...result, out: trials ? null : out, rules });
  else if (!trials) await printLine(tuningTable(result, out, styleFor(process.stdout)));
}

function planLine({ judging, rungs }: TunePlan, dir: string): string {
  const [least, ...more] = rungs.map((n) => n.toLocaleString('en-US'));
  const learns =
    more.length === 0
      ? `Each trial learns from ${least} rated reviews and is judged by`
      : `Trials learn from ${least} rated reviews, the best of them from ${more.join(' and ')}, and are judged by`;
  return `${learns} ${judging.toLocaleString('en-US')} others. Trials are kept in ${dir}: the same command goes on with them.`;
}

/** Ctrl-C leaves at once: no more is lost than the trial that is being made. */
async function orInterrupted<T>(dir: string, work: () => Promise<T>): Promise<T> {
  let release = (): void => {};
  const interrupted = new Promise<never>((_, reject) => {
    release = onFirstInterrupt(() =>
      reject(
        new StarlingError(
          'INTERRUPTED',
          `interrupted; the trials so far are in ${dir}`,
          'To go on with them, run the same command again.',
        ),
      ),
    );
  });
  try {
    return await Promise.race([work(), interrupted]);
  } finally {
    release();
  }
}

function noBest(trials: number, dir: string): StarlingError {
  return trials === 0
    ? new StarlingError('NOT_ENOUGH_DATA', `there are no trials in ${dir}`, 'Make some: give --minutes.')
    : new StarlingError(
        'NOT_ENOUGH_DATA',
        `no trial in ${dir} ended well`,
        'Give more --minutes, or search smaller learning rates.',
      );
}

/** The default space without what the user has said. */
function spaceBeside(given: Settings['given']): Space {
  const free = Object.entries(defaultSpace).filter(([name]) => !Object.hasOwn(given, name));
  return Object.fromEntries(free);
}

async function readSpace(path: string): Promise<Space> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new StarlingError(
      'NO_SUCH_FILE',
      `${path} cannot be read (${cause.code})`,
      'It was named by --space.',
      {
        cause,
      },
    );
  });
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw new StarlingError('BAD_OPTION', `${path} is not JSON: ${(cause as Error).message}`, '', { cause });
  }
  return checkSpace(value, path);
}
