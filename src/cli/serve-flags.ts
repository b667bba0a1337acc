/** The flags of `serve`: where to listen, and how much to take. */
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { StarlingError } from '../errors.ts';
import { defaultLimits } from '../server/limits.ts';

export interface ServeFlags {
  readonly host?: string;
  readonly port?: number;
  readonly maxBody?: number;
  readonly maxRequests?: number;
  readonly timeLimit?: number;
}

const HEADING = 'Serving:';
/** Also said by serve.ts, which the help must not load. */
const PLACE = { host: '127.0.0.1', port: 8787 };

export function addServeFlags(command: CommandUnknownOpts): void {
  const add = (option: Option): void => {
    command.addOption(option.helpGroup(HEADING));
  };
  const whole = (flag: string, value: string, help: string, from: number, to: number): void =>
    add(new Option(`${flag} <${value}>`, help).argParser((written) => parseWhole(flag, written, from, to)));
  add(
    new Option(
      '--host <name>',
      `name or address to listen on; 0.0.0.0 lets other machines in, and there is no password (default: ${PLACE.host})`,
    ),
  );
  whole('--port', 'n', `port to listen on, 0 for any that is free (default: ${PLACE.port})`, 0, 65_535);
  whole('--max-body', 'bytes', `largest request (default: ${defaultLimits.maxBodyBytes})`, 1024, 2 ** 28);
  whole(
    '--max-requests',
    'n',
    `requests that wait or are worked on; further ones get 503 (default: ${defaultLimits.maxRequests})`,
    1,
    100_000,
  );
  whole(
    '--time-limit',
    'seconds',
    `longest time for the work of a request (default: ${defaultLimits.workSeconds})`,
    1,
    3600,
  );
}

function parseWhole(flag: string, written: string, from: number, to: number): number {
  const value = /^\d{1,12}$/.test(written.trim()) ? Number(written) : Number.NaN;
  if (value >= from && value <= to) return value;
  throw new StarlingError(
    'BAD_OPTION',
    `${flag} is "${written}", expected a whole number from ${from} to ${to}`,
  );
}
