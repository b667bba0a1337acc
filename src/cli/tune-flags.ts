/** The flags of `starling tune` alone. */
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { StarlingError } from '../errors.ts';
import { type Strategy, strategies } from '../tuning/schedule.ts';

export interface TuneFlags {
  readonly minutes?: number;
  readonly strategy?: Strategy;
  readonly space?: string;
  /** As written: "3", "1,4", "auto". */
  readonly trial?: readonly string[];
  readonly trials?: string;
}

const HEADING = 'Search:';

export function addTuneFlags(command: CommandUnknownOpts): void {
  const add = (option: Option): void => {
    command.addOption(option.helpGroup(HEADING));
  };
  const minutes =
    'how long trials may begin (default: 30); 0 makes none and takes the best of those that are there';
  add(new Option('--minutes <x>', minutes).argParser(parseMinutes));
  add(
    new Option(
      '--strategy <name>',
      'random: each trial learns from all reviews that do not judge; halving: from few, and the best third goes on with three times as many (default: random)',
    ).choices(strategies),
  );
  add(
    new Option(
      '--space <file>',
      'JSON object of what to search, such as {"ngrams": [1, 2], "dropout": {"min": 0, "max": 0.8}}',
    ),
  );
  add(
    new Option(
      '--trial <k,...>',
      'make these trials only, from 1; "auto" asks the scheduler (Slurm, Kubernetes, AWS Batch, GNU parallel)',
    ).argParser(gathered),
  );
  add(new Option('--trials <dir>', 'folder of the trials (default: <out>.trials)'));
}

function parseMinutes(written: string): number {
  if (/^\d{1,6}(\.\d*)?$/.test(written.trim())) return Number(written);
  throw new StarlingError('BAD_OPTION', `--minutes is "${written}", expected a number from 0`);
}

function gathered(written: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), ...written.split(',').map((part) => part.trim())];
}
