/**
 * `starling predict` in pieces: the K-th of N parts of the rows is rated and left in a file, and the files are put together again.
 * Parts follow one another in the order of the rows and the first one holds the header, so that put together they are, to the
 * byte, what one machine writes. Beside the rows stands a piece (checkpoint/pieces.ts) that says what they were made from, and with it
 * the rows are known to be whole.
 *
 *     rated.csv.pieces/shard-3.rows
 *     rated.csv.pieces/shard-3.json
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digest } from '../checkpoint/identity.ts';
import { firstPiece, PieceFolder, type PieceIdentity, sweep } from '../checkpoint/pieces.ts';
import type { ReadOptions, Table, TableRow } from '../corpus/table.ts';
import { StarlingError, shownValue } from '../errors.ts';
import { asWriteError } from '../files/atomic.ts';
import type { RatedRows } from '../report/rated-rows.ts';
import { VERSION } from '../version.ts';
import type { Flags } from './flags.ts';
import type { Notes } from './notes.ts';
import { chosenShard } from './piece-flags.ts';
import { sayReport } from './reviews.ts';
import { isParquetPath, openSink, rowsFor, type Sink } from './sink.ts';
import type { RatedCount } from './verbs/predict.ts';

export interface RowPlan {
  /** Of the model. */
  readonly folder: string;
  readonly files: readonly string[];
  readonly columns: ReadOptions;
  readonly table: Table;
  readonly rated: RatedRows;
  readonly engine: string;
}

/**
 * Rates one part of the rows. The files are read twice: once to know how many rows there are.
 * @returns null when the part is there already
 * @throws StarlingError BAD_OPTION, CANNOT_WRITE; BAD_CHECKPOINT when a piece of another run is there; what reading throws
 */
export async function leaveRows(
  { folder, files, columns, table, rated, engine }: RowPlan,
  flags: Flags,
  notes: Notes,
  rate: (rows: AsyncIterable<TableRow>, sink: Sink) => Promise<RatedCount>,
): Promise<RatedCount | null> {
  const { number, of } = chosenShard(flags.shard!, (sentence) => notes.say(sentence));
  const beside = flags.out === undefined || flags.out === '-' ? undefined : `${flags.out}.pieces`;
  const dir = flags.pieces ?? beside;
  if (dir === undefined) {
    throw new StarlingError(
      'BAD_OPTION',
      '--shard was given, but no place for the piece',
      'Name a folder with --pieces, or --out.',
    );
  }
  let rows = 0;
  for await (const _ of table) rows++;
  sayReport(table.report, notes);
  const { format, delimiter, encoding, text, skipBadRows } = columns;
  const read = columns.vocabulary === undefined ? files : [...files, columns.vocabulary];
  const identity: PieceIdentity = {
    run: 'predict',
    version: VERSION,
    engine,
    model: await digestOfModel(folder),
    files: await Promise.all(read.map(digestOfFile)),
    reading: JSON.parse(JSON.stringify({ format, delimiter, encoding, text, skipBadRows })),
    rows,
    output: isParquetPath(flags.out) ? 'parquet' : flags.json ? 'json' : (rowsFor(flags.out) ?? 'as it came'),
    distribution: flags.distribution ?? false,
    spreadsheet: flags.spreadsheet ?? false,
  };
  const pieces = new PieceFolder({ dir, kind: 'shard', of, identity, differences });
  const [begin, end] = [number - 1, number].map((edge) => Math.floor((rows * edge) / of));
  const file = `shard-${number}.rows`;
  const path = join(dir, file);
  const said = `rows ${(begin + 1).toLocaleString('en-US')} to ${end.toLocaleString('en-US')} of ${rows.toLocaleString('en-US')}`;
  const saved = await pieces.read(number);
  if (saved && saved.text('sha256') === (await digestOfFile(path).catch(() => null))) {
    notes.say(`Piece ${number} of ${of} (${said}) is in ${path} already.`);
    return null;
  }
  await mkdir(dir, { recursive: true }).catch((error: unknown) => {
    throw asWriteError(error, dir);
  });
  await sweep(dir, file);
  const sink = await openSink(path);
  const hash = createHash('sha256');
  const count = await rate(part(table, rated, begin, end), {
    async write(lines) {
      hash.update(lines);
      await sink.write(lines);
    },
    finish: async () => {},
  });
  await sink.finish();
  await pieces.write(number, { data: { sha256: hash.digest('hex'), ...count }, arrays: {} });
  notes.say(`Piece ${number} of ${of} (${said}) is in ${path}.`);
  return count;
}

/** Rows begin to end - 1; those before are passed, those after are not read. */
async function* part(table: Table, rated: RatedRows, begin: number, end: number): AsyncGenerator<TableRow> {
  let row = 0;
  if (begin === end) return;
  for await (const one of table) {
    if (row < begin) rated.pass(one);
    else yield one;
    if (++row === end) return;
  }
}

/**
 * Writes what one machine would have written.
 * @throws StarlingError NOT_ENOUGH_DATA when pieces are missing; BAD_CHECKPOINT when one is damaged, there twice or of another run, or when the
 *   model is another; BAD_OPTION, CANNOT_WRITE
 */
export async function mergeRows(
  folder: string,
  dir: string,
  files: readonly string[],
  flags: Flags,
): Promise<RatedCount> {
  const refuse = (what: string, hint: string): never => {
    throw new StarlingError('BAD_OPTION', what, hint);
  };
  if (files.length > 0) refuse('--merge reads no review files', 'Leave them out.');
  const first = await firstPiece(dir);
  const identity = { ...first.identity, model: await digestOfModel(folder) };
  const pieces = new PieceFolder<PieceIdentity>({ dir, kind: 'shard', of: first.of, identity, differences });
  const saved = await pieces.readAll();
  const paths = saved.map((_, i) => join(dir, `shard-${i + 1}.rows`));
  for (const [i, path] of paths.entries()) {
    if ((await digestOfFile(path)) === saved[i].text('sha256')) continue;
    throw new StarlingError('BAD_CHECKPOINT', `${path} is damaged`, 'Delete it, and let its job run again.');
  }
  const parquet = first.identity.output === 'parquet';
  if (parquet !== isParquetPath(flags.out)) {
    refuse(
      `the pieces in ${dir} were ${parquet ? '' : 'not '}made for a Parquet file, and --out is ${flags.out ?? 'not given'}`,
      parquet ? 'Name one: --out rated.parquet.' : 'Make the pieces with the same --out.',
    );
  }
  const sink = await openSink(flags.out);
  for (const path of paths) for await (const lines of wholeLines(path)) await sink.write(lines);
  await sink.finish();
  const sum = (name: string): number =>
    saved.reduce((all, one) => all + one.integer(name, 0, Number.MAX_SAFE_INTEGER), 0);
  return { texts: sum('texts'), unknown: sum('unknown') };
}

/** The text of a file in parts that end with a line. */
async function* wholeLines(path: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 2 ** 18 })) {
    const text: string = rest + chunk;
    const end = text.lastIndexOf('\n') + 1;
    if (end > 0) yield text.slice(0, end);
    rest = text.slice(end);
  }
  if (rest !== '') yield rest;
}

/** config.json holds the SHA-256 of the other files. */
async function digestOfModel(folder: string): Promise<string> {
  const path = join(folder, 'config.json');
  const config = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new StarlingError('NO_SUCH_FILE', `${path} cannot be read (${cause.code})`, '', { cause });
  });
  return digest([config]);
}

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StarlingError('NO_SUCH_FILE', `${path} cannot be read (${code})`, '', { cause });
  }
  return hash.digest('hex');
}

const names: Readonly<Record<string, string>> = {
  rows: 'the number of rows',
  version: 'the version of starling',
};
/** What is no use to read: only that it differs is said. */
const digests: Readonly<Record<string, string>> = {
  model: 'the model is another',
  files: 'the files are others',
};

function differences(before: unknown, now: PieceIdentity): string[] {
  const was = (before ?? {}) as Readonly<Record<string, unknown>>;
  return Object.keys(now).flatMap((name) => {
    if (shownValue(was[name], 1e6) === shownValue(now[name], 1e6)) return [];
    return (
      digests[name] ??
      `${names[name] ?? name} was ${shownValue(was[name])}, now it is ${shownValue(now[name])}`
    );
  });
}
