/**
 * The one error type that is meant for users. Every refusal in the library is a `StarlingError`; anything else that
 * is thrown is a bug of ours. It says what was got, what was expected and what to do next; the command line prints
 * exactly that, without a stack trace, and leaves with the exit code of the error's kind.
 */

/** What went wrong, as a machine reads it. Codes are part of the public interface: they are never reused. */
export type ErrorCode =
  | 'BAD_OPTION' // an option's value is out of its range, unknown, or does not fit another option
  | 'BAD_INPUT' // a review file does not hold what it should
  | 'NO_SUCH_FILE' // a path does not exist or cannot be read
  | 'CANNOT_WRITE' // an output cannot be written
  | 'BAD_MODEL' // a model folder is damaged, unknown, or does not fit
  | 'BAD_CHECKPOINT' // a checkpoint is damaged, or belongs to another run
  | 'NOT_ENOUGH_DATA' // the data are too few or too uniform for what was asked
  | 'DIVERGED' // training left the finite numbers
  | 'OUT_OF_MEMORY' // the arena cannot grow
  | 'WORKER_DIED' // a worker of the crew ended
  | 'INTERRUPTED'; // the user stopped the run

/** Exit codes of the command line: 1 failure, 2 usage, 3 bad data, 130 interrupted. */
const exitCodes: Record<ErrorCode, number> = {
  BAD_OPTION: 2,
  BAD_INPUT: 3,
  NO_SUCH_FILE: 3,
  CANNOT_WRITE: 1,
  BAD_MODEL: 3,
  BAD_CHECKPOINT: 3,
  NOT_ENOUGH_DATA: 3,
  DIVERGED: 1,
  OUT_OF_MEMORY: 1,
  WORKER_DIED: 1,
  INTERRUPTED: 130,
};

export class StarlingError extends Error {
  override readonly name = 'StarlingError';
  readonly code: ErrorCode;
  /** What the user can do about it; one sentence, or empty. */
  readonly hint: string;

  /**
   * @param message what was got and what was expected, naming the file, row and column where there is one
   * @param hint what to do next
   */
  constructor(code: ErrorCode, message: string, hint = '', options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }

  /** The exit code with which the command line leaves. */
  get exitCode(): number {
    return exitCodes[this.code];
  }
}

/**
 * A value from outside as a message shows it: as JSON, cut. Whatever it is: nested deeper than JSON can be written, too.
 * @param most characters
 */
export function shownValue(value: unknown, most = 60): string {
  const plain = (_: string, item: unknown): unknown =>
    typeof item === 'bigint' || (typeof item === 'number' && !Number.isFinite(item)) ? String(item) : item;
  let text: string;
  if (typeof value === 'string') text = `"${value.slice(0, most + 1)}"`;
  else if (typeof value !== 'object' || value === null) text = String(value);
  else {
    try {
      text = JSON.stringify(value, plain);
    } catch {
      text = Array.isArray(value) ? '[[...' : '{...';
    }
  }
  return text.length > most ? `${text.slice(0, most - 3)}...` : text;
}
