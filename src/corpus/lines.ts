/**
 * Characters → lines, for the formats in which a line is a record (JSON lines, plain text). Lines end with LF or CRLF.
 * A line that never ends cannot take all memory.
 */
import type { Place, Problem } from './place.ts';

/** Longest record in characters. No review comes near it; an unclosed quote or a file without line ends does. */
export const MAX_RECORD_LENGTH = 16 * 1024 * 1024;

export interface Line extends Place {
  readonly text: string;
  /** Set when the line is too long to be read; its text is then empty. */
  readonly problem: Problem | null;
}

/**
 * Every line that is not blank.
 * @param head what was read already, put before the rest
 * @param limit longest line in characters
 */
export async function* readLines(
  head: string,
  rest: AsyncIterable<string>,
  limit = MAX_RECORD_LENGTH,
): AsyncGenerator<Line> {
  let line = 0;
  let pending: string[] = []; // pieces of the line that has not ended; joined once, so a long one costs linear time
  let pendingLength = 0;

  const finish = (piece: string): Line | null => {
    line++;
    const tooLong = pendingLength + piece.length > limit;
    let text = tooLong ? '' : pending.length > 0 ? pending.join('') + piece : piece;
    pending = [];
    pendingLength = 0;
    if (tooLong) return { row: line, line, text: '', problem: tooLongProblem(limit) };
    if (text.endsWith('\r')) text = text.slice(0, -1);
    return text.trim() === '' ? null : { row: line, line, text, problem: null };
  };

  for await (const chunk of withHead(head, rest)) {
    let start = 0;
    for (let end = chunk.indexOf('\n'); end !== -1; end = chunk.indexOf('\n', start)) {
      const finished = finish(chunk.slice(start, end));
      if (finished) yield finished;
      start = end + 1;
    }
    pendingLength += chunk.length - start;
    if (pendingLength > limit)
      pending = []; // only its length matters from here on
    else if (start < chunk.length) pending.push(chunk.slice(start));
  }
  const last = pendingLength > 0 ? finish('') : null;
  if (last) yield last;
}

export function tooLongProblem(limit: number): Problem {
  return {
    what: `the record is longer than ${limit.toLocaleString('en-US')} characters`,
    hint: 'Is it a review file, one review per record?',
  };
}

async function* withHead(head: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  if (head !== '') yield head;
  yield* rest;
}
