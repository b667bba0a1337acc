/**
 * The flags of work in pieces, and which piece this process is to make: said by a number, or "auto", which asks the scheduler that
 * has started it. Schedulers count from 0 or from 1; here a piece is counted from 1. Not the pieces themselves: see
 * checkpoint/pieces.ts.
 */
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { StarlingError } from '../errors.ts';

export interface PieceFlags {
  /** As written: "3", "1,4", "auto". */
  readonly fold?: readonly string[];
  /** As written: "3/10", "auto/10", "auto". */
  readonly shard?: string;
  readonly pieces?: string;
  readonly merge?: string;
}

const HEADING = 'In pieces:';

const AUTO = '"auto" asks the scheduler (Slurm, Kubernetes, AWS Batch, GNU parallel)';

/** @param kind what the pieces of the verb are */
export function addPieceFlags(command: CommandUnknownOpts, kind: 'fold' | 'shard'): void {
  const add = (option: Option): void => {
    command.addOption(option.helpGroup(HEADING));
  };
  if (kind === 'fold') {
    const help = `compute this fold only, from 1, and leave it in --pieces; several with commas; ${AUTO}`;
    add(new Option('--fold <k,...>', help).argParser(gathered));
    add(new Option('--pieces <dir>', 'folder of the pieces; those that are there are not computed again'));
    add(
      new Option(
        '--merge <dir>',
        'read all pieces of this folder instead of computing; with the files and flags they were made with',
      ),
    );
    return;
  }
  const help = `rate the K-th of N parts of the rows, counted from 1, and leave it in --pieces; for K ${AUTO}`;
  add(new Option('--shard <k/n>', help));
  add(
    new Option(
      '--pieces <dir>',
      'folder of the pieces (default: <out>.pieces); what is there is not rated again',
    ),
  );
  add(
    new Option(
      '--merge <dir>',
      'put the pieces of this folder together instead of rating; no files are read',
    ),
  );
}

function gathered(written: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), ...written.split(',').map((part) => part.trim())];
}

/** Which task of an array this process is. */
export interface ArrayTask {
  /** From 1. */
  readonly number: number;
  /** How many tasks the array has; null where that is not known for sure. */
  readonly of: number | null;
  /** Where this was found, for messages: "SLURM_ARRAY_TASK_ID=3". */
  readonly from: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Scheduler {
  readonly variable: string;
  readonly task: (id: number, env: Environment) => Omit<ArrayTask, 'from'>;
}

const schedulers: readonly Scheduler[] = [
  {
    variable: 'SLURM_ARRAY_TASK_ID',
    // The user chooses the numbers: --array=1-10, or 0-9, of which the smallest tells. Of a part that is submitted again
    // (--array=3,7) it tells nothing: its numbers are taken as they are, and how many there are is not known.
    task(id, env) {
      const [least, most, count] = ['MIN', 'MAX', 'COUNT'].map((name) =>
        wholeOf(env, `SLURM_ARRAY_TASK_${name}`),
      );
      const whole = (least === 0 || least === 1) && most !== null && most - least + 1 === count;
      return { number: least === 0 ? id + 1 : id, of: whole ? count : null };
    },
  },
  { variable: 'JOB_COMPLETION_INDEX', task: (id) => ({ number: id + 1, of: null }) },
  {
    variable: 'AWS_BATCH_JOB_ARRAY_INDEX',
    task: (id, env) => ({ number: id + 1, of: wholeOf(env, 'AWS_BATCH_JOB_ARRAY_SIZE') }),
  },
  { variable: 'PARALLEL_SEQ', task: (id) => ({ number: id, of: null }) },
];

function wholeOf(env: Environment, name: string): number | null {
  const written = env[name];
  return written !== undefined && /^\d{1,9}$/.test(written) ? Number(written) : null;
}

/**
 * What the scheduler says.
 * @param flag for messages
 * @throws StarlingError BAD_OPTION when none says anything, several do, or what one says is no number
 */
export function arrayTask(flag: string, env: Environment = process.env): ArrayTask {
  const there = schedulers.filter(({ variable }) => env[variable] !== undefined);
  const names = (of: readonly Scheduler[]): string => of.map(({ variable }) => variable).join(', ');
  if (there.length !== 1) {
    throw new StarlingError(
      'BAD_OPTION',
      there.length === 0
        ? `${flag} auto: no scheduler has said which piece this is`
        : `${flag} auto: more than one scheduler says which piece this is: ${names(there)}`,
      there.length === 0
        ? `Expected one of ${names(schedulers)} in the environment; or give the number.`
        : `Give the number: ${flag} "$${there.at(-1)!.variable}", for example.`,
    );
  }
  const [{ variable, task }] = there;
  const from = `${variable}=${env[variable]}`;
  const id = wholeOf(env, variable);
  const found = id === null ? null : task(id, env);
  if (found === null || found.number < 1) {
    throw new StarlingError('BAD_OPTION', `${flag} auto: ${from}, expected the number of a task`);
  }
  return { ...found, from };
}

/** @param say is told what "auto" has found */
export function chosenPieces(
  flag: string,
  written: readonly string[],
  of: number,
  say: (sentence: string) => void,
  env?: Environment,
): number[] {
  return written.map((one) => {
    if (one === 'auto') {
      const { number, from } = arrayTask(flag, env);
      if (number > of) throw noSuch(`${flag} auto: ${from} is piece ${number}`, of);
      say(`${flag} ${number} of ${of}, by ${from}.`);
      return number;
    }
    const number = wholeNumber(one);
    if (number === null || number > of) throw noSuch(`${flag} is "${one}"`, of);
    return number;
  });
}

function noSuch(what: string, of: number): StarlingError {
  return new StarlingError('BAD_OPTION', `${what}, expected a whole number from 1 to ${of}, or "auto"`);
}

/** From 1; null for anything else. */
function wholeNumber(written: string): number | null {
  return /^[1-9]\d{0,8}$/.test(written) ? Number(written) : null;
}

export interface Shard {
  readonly number: number;
  readonly of: number;
}

/** @param written "3/10", "auto/10"; "auto" where the scheduler says how many there are */
export function chosenShard(written: string, say: (sentence: string) => void, env?: Environment): Shard {
  const flag = '--shard';
  const refuse = (what: string, hint: string): never => {
    throw new StarlingError('BAD_OPTION', what, hint);
  };
  const [first, second, ...rest] = written.split('/').map((part) => part.trim());
  const task = first === 'auto' ? arrayTask(flag, env) : null;
  const number = task ? task.number : wholeNumber(first);
  const of = second === undefined ? (task?.of ?? null) : wholeNumber(second);
  if (task && second === undefined && of === null) {
    refuse(`--shard auto: ${task.from} does not say how many pieces there are`, 'Say it: --shard auto/10.');
  }
  if (rest.length > 0 || number === null || of === null) {
    return refuse(`--shard is "${written}", expected K/N, such as 3/10, or auto/10`, '');
  }
  if (number > of)
    refuse(`--shard: there is no piece ${number} of ${of}${task ? `, by ${task.from}` : ''}`, '');
  if (task) say(`${flag} ${number}/${of}, by ${task.from}.`);
  return { number, of };
}

/** @throws StarlingError BAD_OPTION for flags that do not go together */
export function checkPieceFlags(
  flags: PieceFlags & { readonly out?: string },
  files: readonly string[],
): void {
  const { fold, shard, pieces, merge } = flags;
  const refuse = (what: string, hint: string): never => {
    throw new StarlingError('BAD_OPTION', what, hint);
  };
  const part = fold ? '--fold' : shard !== undefined ? '--shard' : null;
  if (part && merge !== undefined)
    refuse(`${part} and --merge were given`, 'First the pieces, then --merge.');
  if (fold && pieces === undefined)
    refuse('--fold was given without --pieces', 'Name the folder of the pieces.');
  if (pieces !== undefined && !part) {
    refuse('--pieces was given alone', 'Say which piece: --fold 3, --shard 3/10; or --merge.');
  }
  if (part && files.includes('-'))
    refuse(`${part}: standard input cannot be read by several machines`, 'Name files.');
}
