/** The flags that are not options of the library: what to read, where to write, what to print. */
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { type Format, formatList, formatNames } from '../corpus/report.ts';
import { StarlingError } from '../errors.ts';
import type { Options } from '../options.ts';
import type { PresetName } from '../presets.ts';
import type { CheckpointFlags } from './checkpoint-flags.ts';
import type { ExperimentFlags } from './experiment-flags.ts';
import { parseNumbers } from './option-flags.ts';
import type { PieceFlags } from './piece-flags.ts';
import type { ServeFlags } from './serve-flags.ts';
import type { TuneFlags } from './tune-flags.ts';
import type { Verb } from './verbs.ts';

/** All flags of all verbs; each is absent when it was not given. */
export interface Flags
  extends Partial<Options>,
    ServeFlags,
    CheckpointFlags,
    PieceFlags,
    ExperimentFlags,
    TuneFlags {
  readonly text?: readonly string[];
  readonly rating?: string;
  readonly id?: string;
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly format?: Format;
  readonly vocabulary?: string;
  readonly skipBadRows?: boolean;
  readonly levels?: readonly number[];
  readonly unlabelled?: readonly string[];
  readonly encoders?: string;
  readonly report?: string;
  readonly out?: string;
  readonly to?: string;
  readonly distribution?: boolean;
  readonly spreadsheet?: boolean;
  readonly top?: number;
  readonly term?: readonly string[];
  readonly data?: readonly string[];
  readonly config?: string;
  readonly preset?: PresetName;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const READING = 'Reading:';
const OUTPUT = 'Output:';

/** All verbs take the same ones, so that a script need not choose; the help leaves out what has no effect. */
export function addReadingFlags(command: CommandUnknownOpts, { ratings = true }: Verb): void {
  const add = (option: Option): void => {
    command.addOption(option.helpGroup(READING));
  };
  add(
    new Option(
      '--text <column>',
      'column of the text (default: text, review, review_text, ...); given several times, as for title and body, the texts are joined',
    ).argParser(collect),
  );
  add(
    new Option(
      '--rating <column>',
      'column of the rating: 4.5, "4/5", "4 stars" or negative, neutral, positive; empty or NA where there is none (default: rating, stars, score, ...)',
    ).hideHelp(!ratings),
  );
  add(new Option('--id <column>', 'column of the id (default: id, review_id, or the row number)'));
  add(
    new Option(
      '--delimiter <char>',
      'between the fields: one character, or "tab" (default: from the first row)',
    ),
  );
  add(
    new Option(
      '--encoding <name>',
      'character encoding, such as latin1 (default: utf-8, or by the byte order mark)',
    ),
  );
  add(
    new Option('--format <name>', `${formatList} (default: by the name or the content)`).argParser(
      parseFormat,
    ),
  );
  add(new Option('--vocabulary <file>', 'words that the numbers of svmlight stand for, one per line'));
  add(
    new Option(
      '--skip-bad-rows',
      'leave out rows that cannot be read and count them (default: stop at the first)',
    ),
  );
}

/** All values of a flag that may be given several times. */
function collect(written: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), written];
}

function parseFormat(written: string): Format {
  if (formatNames.includes(written as Format)) return written as Format;
  throw new StarlingError('BAD_OPTION', `--format is "${written}", expected ${formatList}`);
}

function parseLevels(written: string): readonly number[] {
  const levels = parseNumbers(written);
  if (levels && levels.length > 0) return levels;
  throw new StarlingError(
    'BAD_OPTION',
    `--levels is "${written}", expected numbers with commas between`,
    'Such as: --levels 1,2,3,4,5',
  );
}

function parseCount(written: string): number {
  if (/^\d{1,9}$/.test(written.trim())) return Number(written);
  throw new StarlingError('BAD_OPTION', `--top is "${written}", expected a whole number from 0`);
}

export function addLearningFlags(command: CommandUnknownOpts, { learns, reports, experiments }: Verb): void {
  const add = (option: Option): void => {
    command.addOption(option.helpGroup(READING));
  };
  add(
    new Option(
      '--levels <x,...>',
      'the rating scale, such as 1,2,3,4,5 (default: from the ratings)',
    ).argParser(parseLevels),
  );
  add(
    new Option(
      '--unlabelled <file...>',
      'reviews for vocabulary and pre-training only; takes all files that follow it',
    ),
  );
  if (learns !== 'anew') {
    const help = 'encoders from "starling pretrain"; text, network and pre-training options come from there';
    add(new Option('--encoders <dir>', help));
  }
  if (!reports) return;
  const shows = experiments ? 'tables and charts' : 'tables, charts and the worst mistakes';
  const report = `also write a report there: one HTML page with ${shows}`;
  command.addOption(new Option('--report <file>', report).helpGroup(OUTPUT));
}

/** What can be asked about a model. */
function addModelFlags(command: CommandUnknownOpts): void {
  const add = (option: Option): void => {
    command.addOption(option.helpGroup('Of a model:'));
  };
  add(
    new Option('--term <term>', 'list the terms nearest to this one; may be given several times').argParser(
      collect,
    ),
  );
  add(
    new Option(
      '--data <file...>',
      'reviews on which to measure units and calibration; takes all files that follow it',
    ),
  );
}

export function addOutputFlags(
  command: CommandUnknownOpts,
  { out, to, distribution, top, inspects, noFiles, json }: Verb,
): void {
  const add = (flags: string, help: string, mandatory = false): void => {
    command.addOption(new Option(flags, help).makeOptionMandatory(mandatory).helpGroup(OUTPUT));
  };
  if (to) add('--to <format>', to, true);
  if (out) add(out.flags, out.help, out.mandatory);
  if (distribution) {
    add('--distribution', 'add the probability of each level');
    add(
      '--spreadsheet',
      'mark CSV cells that a spreadsheet could take for a formula as text (default: as they came)',
    );
  }
  if (top) {
    const option = new Option('--top <n>', top).argParser(parseCount);
    command.addOption(option.helpGroup(OUTPUT));
  }
  if (inspects) addModelFlags(command);
  add('--json', json);
  add('--quiet', 'say nothing on standard error but errors');
  if (!noFiles)
    command.addOption(
      new Option(
        '--config <file>',
        'JSON object of options, such as {"hidden": [500], "rating": "stars"}; flags win over it',
      ).helpGroup(READING),
    );
  command.addHelpOption(new Option('-h, --help', 'show this help').helpGroup(OUTPUT));
}
