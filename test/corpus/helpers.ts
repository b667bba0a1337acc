/** Feeding the readers from memory and from files, and catching what they throw. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { collectReviews, readReviews } from '../../src/corpus/read-reviews.ts';
import { readTable } from '../../src/corpus/read-table.ts';
import type { Review } from '../../src/corpus/review.ts';
import type { ReadOptions, TableRow } from '../../src/corpus/table.ts';
import { StarlingError } from '../../src/errors.ts';

/** A folder that lasts as long as the tests of a file, and what writes a file into it and gives its path. */
export function temporaryFiles(): {
  folder: string;
  file: (name: string, content: string | Uint8Array) => string;
} {
  const folder = mkdtempSync(join(tmpdir(), 'starling-corpus-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  return { folder, file };
}

/** Reviews with quotes, commas, accents, a line break, without a rating and without a text; as CSV and as JSON lines. */
export const three: Review[] = [
  { id: 'a', text: 'Lovely, "crisp" crème brûlée', rating: 4.5 },
  { id: 'b', text: 'two\nlines', rating: null },
  { id: 'c', text: '', rating: 1 },
];
export const threeCsv = 'id,text,rating\na,"Lovely, ""crisp"" crème brûlée",4.5\nb,"two\nlines",\nc,,1\n';
export const threeJson = three.map((review) => JSON.stringify(review)).join('\n');

/** Chunks that end at the given positions, and the rest. */
export function cut<T extends { slice(from: number, to?: number): T; length: number }>(
  whole: T,
  at: readonly number[],
): T[] {
  const ends = [...new Set(at)].filter((end) => end > 0 && end < whole.length).sort((a, b) => a - b);
  return [...ends, whole.length].map((end, i) => whole.slice(i === 0 ? 0 : ends[i - 1], end));
}

export async function* stream<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) yield item;
}

const asBytes = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? Buffer.from(content) : content;

/** Reads content as standard input. */
export function reviewsIn(content: string | Uint8Array, options: ReadOptions = {}): Promise<Review[]> {
  return collectReviews(readReviews('-', { input: [asBytes(content)], ...options }));
}

export async function rowsIn(content: string | Uint8Array, options: ReadOptions = {}): Promise<TableRow[]> {
  const rows: TableRow[] = [];
  for await (const row of readTable('-', { input: [asBytes(content)], ...options })) rows.push(row);
  return rows;
}

export async function refusal(attempt: () => unknown): Promise<StarlingError> {
  try {
    await attempt();
  } catch (error) {
    expect(error).toBeInstanceOf(StarlingError);
    return error as StarlingError;
  }
  throw new Error('expected a StarlingError, nothing was thrown');
}

/** What a user would read: message and hint. */
export async function complaint(content: string | Uint8Array, options: ReadOptions = {}): Promise<string> {
  const { code, message, hint } = await refusal(() => reviewsIn(content, options));
  expect(code).toBe('BAD_INPUT');
  return `${message}. ${hint}`;
}
