/**
 * The configuration file: a JSON object with option names as in options.ts and with what else describes the data.
 * A file may serve all verbs; each takes from it what matters to it, but every name and value is checked.
 */
import { readFile } from 'node:fs/promises';
import { type Format, formatList, formatNames } from '../corpus/report.ts';
import { StarlingError, shownValue } from '../errors.ts';
import { checkOption, nearest, type OptionName, type Options, optionNames, optionSpecs } from '../options.ts';

export interface Config {
  readonly options: Partial<Options>;
  readonly text?: readonly string[];
  readonly rating?: string;
  readonly id?: string;
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly format?: Format;
  readonly vocabulary?: string;
  readonly skipBadRows?: boolean;
  /** Relative paths start at the current folder, as those on the command line do. */
  readonly unlabelled?: readonly string[];
  readonly levels?: readonly number[];
}

type Check = (value: unknown) => { readonly value: unknown } | string;

const isString: Check = (value) => (typeof value === 'string' && value !== '' ? { value } : 'a text');
const isBoolean: Check = (value) => (typeof value === 'boolean' ? { value } : 'true or false');
const isFormat: Check = (value) => (formatNames.includes(value as Format) ? { value } : formatList);
const isList =
  (expected: string): Check =>
  (value) => {
    const all = Array.isArray(value) ? value : [value];
    return all.every((one) => typeof one === 'string' && one !== '') ? { value: all } : expected;
  };
const isLevels: Check = (value) =>
  Array.isArray(value) && value.length > 0 && value.every(Number.isFinite) ? { value } : 'a list of numbers';

const checks: Readonly<Record<string, Check>> = {
  text: isList('a column or a list of columns'),
  rating: isString,
  id: isString,
  delimiter: isString,
  encoding: isString,
  format: isFormat,
  vocabulary: isString,
  skipBadRows: isBoolean,
  unlabelled: isList('a path or a list of paths'),
  levels: isLevels,
};

/** @throws StarlingError NO_SUCH_FILE; BAD_OPTION that names the file and what is wrong in it */
export async function readConfig(path: string): Promise<Config> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const what =
      cause.code === 'ENOENT' ? `there is no file ${path}` : `${path} cannot be read (${cause.code})`;
    throw new StarlingError('NO_SUCH_FILE', what, 'It was named by --config.', { cause });
  });
  const options: Record<string, unknown> = {};
  const rest: Record<string, unknown> = {};
  for (const [name, given] of Object.entries(parseObject(text, path))) {
    if (Object.hasOwn(optionSpecs, name)) {
      options[name] = checkOption(name as OptionName, given, path);
    } else if (Object.hasOwn(checks, name)) {
      const checked = checks[name](given);
      if (typeof checked === 'string') {
        throw new StarlingError(
          'BAD_OPTION',
          `${path}: "${name}" is ${shownValue(given)}, expected ${checked}`,
        );
      }
      rest[name] = checked.value;
    } else {
      const near = nearest(name, [...optionNames, ...Object.keys(checks)]);
      throw new StarlingError(
        'BAD_OPTION',
        `${path}: there is no option "${name}"`,
        near ? `Did you mean "${near}"?` : 'starling crossvalidate --help lists them.',
      );
    }
  }
  return { ...rest, options };
}

function parseObject(text: string, path: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw new StarlingError('BAD_OPTION', `${path} is not JSON: ${(cause as Error).message}`, '', { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new StarlingError(
    'BAD_OPTION',
    `${path} holds no JSON object`,
    'Such as: {"hidden": [500], "rating": "stars"}',
  );
}
