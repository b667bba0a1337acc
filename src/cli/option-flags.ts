/**
 * The options of options.ts as flags of the command line: names in kebab-case, grouped in the help, defaults shown. A flag
 * that was not given has no value here, so that a configuration file can stand between it and the default.
 */
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { StarlingError } from '../errors.ts';
import {
  checkOption,
  type OptionGroup,
  type OptionName,
  type OptionSpec,
  type Options,
  optionNames,
  optionSpecs,
} from '../options.ts';
import { presets } from '../presets.ts';

const headings: Record<OptionGroup, string> = {
  text: 'Text:',
  network: 'Network:',
  pretraining: 'Pre-training:',
  finetuning: 'Fine-tuning:',
  evaluation: 'Evaluation:',
  run: 'Run:',
};

/** "vocabularySize" → "--vocabulary-size". */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
}

/** A message that names options as the library does, with the flags in their place; names in quotes stay. */
export function withFlags(message: string): string {
  return message.replace(/(?<!")\b[a-z]+[A-Z]\w*\b(?!")/g, (word) =>
    Object.hasOwn(optionSpecs, word) ? flagOf(word) : word,
  );
}

/**
 * Adds the flags of some groups, in the order of the table.
 * @param idle groups among them that are accepted, so that all verbs may be given the same flags, but change nothing
 */
export function addOptionFlags(
  command: CommandUnknownOpts,
  groups: readonly OptionGroup[],
  idle: readonly OptionGroup[] = [],
): void {
  if (groups.includes('pretraining')) {
    const help = `options for a purpose; what is given beside it goes before (default: none)`;
    const preset = new Option('--preset <name>', help).choices(Object.keys(presets));
    command.addOption(preset.helpGroup(headings.run));
  }
  for (const name of optionNames) {
    const { group } = optionSpecs[name];
    if (!groups.includes(group)) continue;
    const help = idle.includes(group) ? 'accepted, without effect here' : optionSpecs[name].help;
    const spec: OptionSpec = { ...optionSpecs[name], help };
    for (const option of flagsFor(name, spec)) command.addOption(option.helpGroup(headings[spec.group]));
  }
}

function flagsFor(name: OptionName, spec: OptionSpec): Option[] {
  const flag = flagOf(name);
  if (spec.type === 'boolean') {
    const no = flag.replace('--', '--no-');
    // Both can be given, since the configuration file may say either; the help shows the one that changes the default.
    const yesHelp = `${spec.help} (default: off)`;
    const noHelp = `do not ${spec.help} (default: ${flag})`;
    return [new Option(flag, yesHelp).hideHelp(spec.default), new Option(no, noHelp).hideHelp(!spec.default)];
  }
  const choices = spec.type === 'choice' ? `${spec.choices.join(', ')}; ` : '';
  return [
    new Option(
      `${flag} <${placeholders[spec.type]}>`,
      `${spec.help} (${choices}default: ${shown(spec)})`,
    ).argParser((written: string) => parseFlag(name, spec, written)),
  ];
}

const placeholders = {
  integer: 'n',
  number: 'x',
  integers: 'n,...',
  numbers: 'x,...',
  choice: 'name',
  model: 'model',
} as const;

function shown(spec: OptionSpec): string {
  if (!Array.isArray(spec.default)) return String(spec.default);
  return spec.default.length === 0 && 'empty' in spec ? spec.empty! : spec.default.join(',');
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The numbers in a list such as "1000,500"; null when something else is in it. "none" and "" are empty lists. */
export function parseNumbers(written: string): number[] | null {
  const text = written.trim();
  if (text === 'none' || text === '') return [];
  const parts = text.split(',').map((part) => part.trim());
  return parts.every((part) => NUMBER.test(part)) ? parts.map(Number) : null;
}

/** @throws StarlingError BAD_OPTION that names the flag */
function parseFlag(name: OptionName, spec: OptionSpec, written: string): unknown {
  const isList = spec.type === 'integers' || spec.type === 'numbers';
  let value: unknown = written;
  if (isList && written.trim() === spec.empty) value = [];
  else if (isList) value = parseNumbers(written) ?? written;
  else if (spec.type !== 'choice' && spec.type !== 'model' && NUMBER.test(written.trim()))
    value = Number(written);
  const where = 'command line';
  try {
    return checkOption(name, value, where);
  } catch (error) {
    if (!(error instanceof StarlingError)) throw error;
    const message = error.message.replace(`${where}: "${name}"`, flagOf(name));
    throw new StarlingError(error.code, message, error.hint || hintFor(spec));
  }
}

function hintFor(spec: OptionSpec): string {
  return spec.type === 'integers' || spec.type === 'numbers'
    ? `One value per hidden layer, with commas between: ${spec.default.join(',') || '1000,500'}`
    : '';
}

/** Those of the given flags that are options of the library. */
export function optionsAmong(flags: Readonly<Record<string, unknown>>): Partial<Options> {
  return Object.fromEntries(
    optionNames.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name]]),
  );
}
