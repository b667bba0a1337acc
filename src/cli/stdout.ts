/** Results on standard output: all of them, in order, as fast as the reader takes them. */
import { once } from 'node:events';
import { StarlingError } from '../errors.ts';

/** Writes, and waits while the reader is slow. */
export async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

export async function printLine(text: string): Promise<void> {
  await print(`${text}\n`);
}

/** The one JSON object of a verb with --json. */
export async function printJson(value: unknown): Promise<void> {
  await printLine(JSON.stringify(value, null, 2));
}

/** One of the JSON lines of a verb that answers text by text. */
export async function printJsonLine(value: unknown): Promise<void> {
  await printLine(JSON.stringify(value));
}

/** Waits until everything has left the process. */
export async function flushOutput(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.writable) await new Promise<void>((resolve) => stream.write('', () => resolve()));
  }
}

/**
 * A reader that has seen enough (`| head`) is a good end, not an error.
 * @param leave ends the process with any other error
 */
export function watchOutput(leave: (error: unknown) => never): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    const why = error.code === 'ENOSPC' ? 'the disk is full' : error.message;
    leave(new StarlingError('CANNOT_WRITE', `cannot write to standard output: ${why}`, '', { cause: error }));
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
