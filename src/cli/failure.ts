/** How the command line fails: one message for people, one exit code. A stack trace only for us. */
import { CommanderError } from '@commander-js/extra-typings';
import { StarlingError } from '../errors.ts';
import { interruptCode, runCleanups } from './interrupts.ts';
import { clearStatus } from './notes.ts';
import { withFlags } from './option-flags.ts';

/** Says what went wrong, and returns the exit code. */
export function reportFailure(error: unknown): number {
  runCleanups();
  clearStatus();
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has said it
  const say = (line: string): boolean => process.stderr.write(`${line}\n`);
  if (error instanceof StarlingError) {
    say(`starling: ${error.message}`);
    if (error.hint !== '') say(withFlags(error.hint));
    if (process.env.STARLING_DEBUG === '1') say(String(error.stack));
    return error.code === 'INTERRUPTED' ? interruptCode() : error.exitCode;
  }
  const message = error instanceof Error ? error.message : String(error);
  say(`this is a bug in starling: ${message.split('\n')[0]}`);
  if (process.env.STARLING_DEBUG === '1') say(String((error as Error | null)?.stack));
  else say('Set STARLING_DEBUG=1 to see where.');
  return 1;
}
