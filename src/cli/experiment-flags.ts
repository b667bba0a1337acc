/** The flags of `starling experiment` alone. */
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { StarlingError } from '../errors.ts';
import { parseNumbers } from './option-flags.ts';

export interface ExperimentFlags {
  readonly labels?: readonly number[];
  readonly charts?: string;
}

const HEADING = 'Experiment:';

export function addExperimentFlags(command: CommandUnknownOpts): void {
  const labels = new Option(
    '--labels <n,...>',
    'numbers of labels at which the error is measured, beside all (default: 250,500,1000,2000,4000)',
  );
  command.addOption(labels.argParser(parseLabels).helpGroup(HEADING));
  const charts = new Option('--charts <dir>', 'also write the charts there, as SVG files for a document');
  command.addOption(charts.helpGroup(HEADING));
}

function parseLabels(written: string): readonly number[] {
  const labels = parseNumbers(written);
  if (labels?.every((n) => Number.isInteger(n) && n >= 10)) return labels;
  throw new StarlingError(
    'BAD_OPTION',
    `--labels is "${written}", expected whole numbers from 10 with commas between`,
    'Such as: --labels 250,1000,4000',
  );
}
