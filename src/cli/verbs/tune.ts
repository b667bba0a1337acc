/** `starling tune`: searches options within a time and leaves the best as a file for --config. */
import { readFile } from 'node:fs/promises';
import { StarlingError } from '../../errors.ts';
import { replaceFile } from '../../files/atomic.ts';
import { resolveOptions } from '../../options.ts';
import { trialLine, tuningTable } from '../../report/tuning-table.ts';
import { checkSpace, defaultSpace, type Space } from '../../tuning/space.ts';
import { changed, type Trial } from '../../tuning/trial.ts';
import { MOST_TRIALS, tune as search } from '../../tuning/tune.ts';
import type { Flags } from '../flags.ts';
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
  const { out, minutes = MINUTES, trials: dir = `${out}.trials` } = flags;
  refuseTwoInputs(files, unlabelled);
  const base = resolveOptions(given);
  const space = flags.space === undefined ? spaceBeside(given) : await readSpace(flags.space);
  const trials = flags.trial && chosenPieces('--trial', flags.trial, MOST_TRIALS, (line) => notes.say(line));
  const reviews = openRatedReviews(files, reading, notes);
  const more = unlabelled.length > 0 ? openReviews(unlabelled, textOnly(reading), notes) : undefined;
  const listener = showProgress(notes);
  const result = await search(reviews, {
    options: given,
    space,
    unlabelled: more,
    levels,
    dir,
    seconds: 60 * minutes,
    trials,
    onProgress: (event) => {
      if (!event.epochEnd) listener(event);
    },
    onPlan: ({ training, judging }) =>
      notes.say(
        `Each trial learns from ${training.toLocaleString('en-US')} rated reviews and is judged by ${judging.toLocaleString('en-US')} others. Trials are kept in ${dir}: the same command goes on with them.`,
      ),
    onTrial: async (trial, best, found) => {
      if (!found || best) notes.say(trialLine(trial, base, best));
      if (best && !trials && !found) await writeBest(out, trial, settings);
    },
  });
  clearStatus();
  const { best } = result;
  if (!trials) {
    if (!best) {
      throw new StarlingError(
        'NOT_ENOUGH_DATA',
        `there is no trial in ${dir} that ended well`,
        'Give more --minutes, or search smaller learning rates.',
      );
    }
    await writeBest(out, best, settings);
  }
  if (flags.json) await printJson({ ...result, out: trials ? null : out });
  else if (!trials) await printLine(tuningTable(result, out, styleFor(process.stdout)));
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

/** The options that are not the defaults, and how the files were read. */
async function writeBest(out: string, { options }: Trial, { reading, levels, unlabelled }: Settings) {
  const { threads: _threads, engine: _engine, ...own } = changed(options, resolveOptions());
  const config = {
    ...own,
    ...reading,
    ...(levels && { levels }),
    ...(unlabelled.length > 0 && { unlabelled }),
  };
  await replaceFile(out, `${JSON.stringify(config, null, 2)}\n`);
}
