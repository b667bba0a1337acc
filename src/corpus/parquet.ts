/**
 * Parquet files → rows, one row group at a time (hyparquet): objects like those of JSON lines. Their place is the number of
 * the row, from 1. A Parquet file is read from its end, so that standard input is first read whole.
 */
import { open } from 'node:fs/promises';
import zlib from 'node:zlib';
import type { AsyncBuffer, Compressors, FileMetaData } from 'hyparquet';
import { StarlingError } from '../errors.ts';
import { type Columns, findColumns, namesGiven, showColumns, unreadTitle } from './columns.ts';
import { damageIn, withRating } from './formats.ts';
import { type JsonObject, reviewOf } from './json-lines.ts';
import type { Problem } from './place.ts';
import { RatingReader } from './rating.ts';
import type { FileTally, Tally } from './report.ts';
import type { Review } from './review.ts';
import { openBytes, sourceName } from './source.ts';
import type { Outcome, ReadOptions, TableRow } from './table.ts';
import { goodRows } from './table-rows.ts';

/** Parquet by its name, or by its first bytes. Standard input is not looked into. */
export async function isParquet(path: string): Promise<boolean> {
  if (path === '-') return false;
  if (/\.(?:parquet|pq)$/i.test(path)) return true;
  const file = await open(path).catch(() => null); // why it cannot be opened is said by whoever reads it
  if (!file) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.toString('latin1') === 'PAR1';
  } catch {
    return false; // a folder, a pipe
  } finally {
    await file.close();
  }
}

/**
 * The rows of one source.
 * @throws StarlingError NO_SUCH_FILE; BAD_INPUT, naming source and row
 */
export async function* parquetRows(
  path: string,
  options: ReadOptions,
  tally: Tally,
): AsyncGenerator<TableRow> {
  const name = sourceName(path);
  const file = tally.openFile(name);
  file.format = 'parquet';
  const parquet = await ParquetFile.open(path, name, options);
  const columns = findColumns(parquet.header, options, name);
  const nameOf = (column: number): string | undefined => parquet.header[column];
  const wanted: ReadOptions = {
    ...options,
    text: columns.text.map((column) => parquet.header[column]),
    rating: nameOf(columns.rating),
    id: nameOf(columns.id),
  };
  const ratings = new RatingReader(file);
  noteColumns(file, parquet.header, columns);
  async function* outcomes(): AsyncGenerator<Outcome> {
    let row = 0;
    for await (const object of parquet.objects()) {
      row++;
      const source = JSON.stringify(object);
      yield { row, line: row, record: [], source, found: reviewIn(object, source, row, wanted, ratings) };
    }
  }
  const head = { name, format: 'parquet' as const, header: [], delimiter: null };
  yield* goodRows({ head, outcomes: outcomes() }, file, options, tally);
}

function noteColumns(file: FileTally, header: readonly string[], { text, rating, id }: Columns): void {
  const nameOf = (column: number): string | null => header[column] ?? null;
  const texts = text.map((column) => header[column]);
  file.columns = {
    text: showColumns(texts),
    rating: nameOf(rating),
    id: nameOf(id),
  };
  file.title = unreadTitle(header, texts);
}

function reviewIn(
  object: JsonObject,
  source: string,
  row: number,
  wanted: ReadOptions,
  ratings: RatingReader,
): Review | Problem {
  // findColumns has looked for the columns already; one that it did not find is not to be guessed in the object.
  const only: Record<string, unknown> = {};
  for (const role of ['text', 'rating', 'id'] as const)
    for (const name of namesGiven(wanted, role)) only[name] = object[name];
  const found = reviewOf(
    only,
    source,
    { ...wanted, ignoreRatings: wanted.rating === undefined },
    ratings,
    String(row),
  );
  if ('what' in found) return found;
  return damageIn([found.text]) ?? withRating(found, found.rating, wanted);
}

/** A file of which the end has been read. */
class ParquetFile {
  /** Names of the columns; nested ones are one column. */
  readonly header: readonly string[];
  private readonly name: string;
  private readonly buffer: AsyncBuffer;
  private readonly metadata: FileMetaData;

  private constructor(name: string, buffer: AsyncBuffer, metadata: FileMetaData, header: readonly string[]) {
    this.name = name;
    this.buffer = buffer;
    this.metadata = metadata;
    this.header = header;
  }

  static async open(path: string, name: string, options: ReadOptions): Promise<ParquetFile> {
    const { asyncBufferFromFile, parquetMetadataAsync, parquetSchema } = await import('hyparquet');
    let buffer: AsyncBuffer;
    if (path === '-') buffer = await wholeInput(openBytes(path, options));
    else {
      for await (const _ of openBytes(path, options)) break; // says why, if it cannot be read
      buffer = await asyncBufferFromFile(path);
    }
    const metadata = await parquetMetadataAsync(buffer).catch((cause) => damaged(name, cause));
    const header = parquetSchema(metadata).children.map(({ element }) => element.name);
    return new ParquetFile(name, buffer, metadata, header);
  }

  async *objects(): AsyncGenerator<JsonObject> {
    const { parquetReadObjects } = await import('hyparquet');
    const { buffer: file, metadata, name } = this;
    let rowStart = 0;
    for (const { num_rows: rows } of metadata.row_groups) {
      const rowEnd = rowStart + Number(rows);
      const objects = await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors }).catch(
        (cause) => damaged(name, cause),
      );
      if (objects.length !== Number(rows)) damaged(name, new Error(`${objects.length} of ${rows} rows`));
      for (const object of objects) yield plainObject(object);
      rowStart = rowEnd;
    }
  }
}

/** hyparquet brings snappy; the rest is in Node, zstd from 22.15 on. The types are those of Node 20. */
const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (bytes: Uint8Array) => Uint8Array };
const compressors: Compressors = {
  GZIP: (bytes) => zlib.gunzipSync(bytes),
  BROTLI: (bytes) => zlib.brotliDecompressSync(bytes),
  ...(zstdDecompressSync && { ZSTD: (bytes: Uint8Array) => zstdDecompressSync(bytes) }),
};

function damaged(name: string, cause: unknown): never {
  const message = cause instanceof Error ? cause.message : String(cause);
  const codec = /unsupported compression codec: (\w+)/.exec(message)?.[1];
  if (codec) {
    throw new StarlingError(
      'BAD_INPUT',
      `${name} is packed with ${codec}, which cannot be unpacked here`,
      codec === 'ZSTD' ? 'It can with Node 22.15 or newer.' : 'Write it again with snappy, gzip or zstd.',
      { cause },
    );
  }
  throw new StarlingError(
    'BAD_INPUT',
    `${name} is damaged or no Parquet file: ${message}`,
    'Copy it again.',
    {
      cause,
    },
  );
}

async function wholeInput(bytes: AsyncIterable<Uint8Array>): Promise<AsyncBuffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  const all = Buffer.concat(chunks);
  const { buffer } = Uint8Array.from(all);
  return { byteLength: all.length, slice: (start, end) => buffer.slice(start, end) };
}

/** What JSON can say: whole numbers beyond 2^53 as their digits, times as text; a missing number, NaN, as null. */
function plainObject(object: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Number.isNaN(value)) return null;
  if (value instanceof Date || value === null || typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plainValue);
  return plainObject(value as Record<string, unknown>);
}
