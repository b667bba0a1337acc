/**
 * Ctrl-C and its kin: leave promptly with the exit code that shells expect, after taking away what is half-written.
 * While something is being put in its place (`uninterrupted`), a first signal waits for that; a second one does not.
 */
import { clearStatus } from './notes.ts';

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof exitCodes;

const cleanups = new Set<() => void>();
let busy = 0;
let waiting: Signal | null = null;
let askToStop: (() => void) | null = null;
/** The signal that asked. */
let asked: Signal | null = null;

export function listenForInterrupts(): void {
  for (const signal of Object.keys(exitCodes) as Signal[]) {
    process.on(signal, () => {
      if (askToStop !== null) {
        const ask = askToStop;
        askToStop = null;
        asked = signal;
        ask();
      } else if (busy > 0 && waiting === null) waiting = signal;
      else leave(signal);
    });
  }
}

function leave(signal: Signal): never {
  runCleanups();
  clearStatus();
  process.stderr.write(process.stderr.isTTY ? '\nstarling: interrupted\n' : 'starling: interrupted\n');
  process.exit(exitCodes[signal]);
}

/** Also for the end by an error. */
export function runCleanups(): void {
  for (const cleanup of cleanups) cleanup();
  cleanups.clear();
}

/**
 * Registers what must be done when the run does not end well; synchronous.
 * @returns takes it off again
 */
export function onAbort(cleanup: () => void): () => void {
  cleanups.add(cleanup);
  return () => cleanups.delete(cleanup);
}

/** Does short work that must not be left half-done. */
export async function uninterrupted<T>(work: () => Promise<T>): Promise<T> {
  busy++;
  try {
    return await work();
  } finally {
    busy--;
    if (waiting !== null && busy === 0) leave(waiting);
  }
}

/**
 * For what ends well when it is asked to: the first signal calls `ask` and nothing else, the next one leaves.
 * @returns takes it off again
 */
export function onFirstInterrupt(ask: () => void): () => void {
  askToStop = ask;
  return () => {
    if (askToStop === ask) askToStop = null;
  };
}

/** The exit code of what was asked to stop, and did. */
export function interruptCode(): number {
  return exitCodes[asked ?? 'SIGINT'];
}
