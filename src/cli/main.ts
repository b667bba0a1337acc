#!/usr/bin/env node
/**
 * The command line's beginning and end: arguments in, exit code out. Only what the help needs is imported here; each
 * verb brings the rest when it runs.
 */
import { reportFailure } from './failure.ts';
import { listenForInterrupts } from './interrupts.ts';
import { createProgram } from './program.ts';
import { flushOutput, watchOutput } from './stdout.ts';

async function main(args: readonly string[]): Promise<number> {
  try {
    if (asksForVersion(args)) {
      const { version } = await import('./verbs/version.ts');
      await version(args.includes('--json'));
      return 0;
    }
    await createProgram(args).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return reportFailure(error);
  }
}

/** Not left to commander, which would have to know the answer before it is asked. */
function asksForVersion(args: readonly string[]): boolean {
  const isVersion = (arg: string): boolean => arg === '--version' || arg === '-V';
  return args.some(isVersion) && args.every((arg) => isVersion(arg) || arg === '--json');
}

const fail = (error: unknown): never => process.exit(reportFailure(error));
watchOutput(fail);
listenForInterrupts();
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
const code = await main(process.argv.slice(2));
await flushOutput();
// Not left to the event loop: an input that stays open must not keep a finished run alive.
process.exit(code);
