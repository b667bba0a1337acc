/**
 * Characters → rows, whatever the format: found by name or content, counted, and a bad row refused or left out. Where the
 * characters come from is the caller's; runs in a browser too.
 */
import { StarlingError } from '../errors.ts';
import { jsonLinesRows, plainTextRows, separatedRows } from './formats.ts';
import { FASTTEXT_START, fastTextRows, SVMLIGHT_START, svmlightRows } from './labelled.ts';
import { rowError } from './place.ts';
import { RatingReader } from './rating.ts';
import type { FileTally, Format, Tally } from './report.ts';
import type { FormatRows, ReadOptions, TableRow } from './table.ts';

/**
 * The rows of one source.
 * @param path by which the format is known, if it is not among the options
 * @param name how to call the source in messages
 * @throws StarlingError BAD_INPUT, naming source and row; whatever `text` throws
 */
export async function* tableRows(
  text: AsyncGenerator<string>,
  path: string,
  name: string,
  options: ReadOptions,
  tally: Tally,
): AsyncGenerator<TableRow> {
  const file = tally.openFile(name);
  try {
    const start = await firstText(text);
    if (start.trim() === '')
      throw new StarlingError('BAD_INPUT', `${name} is empty`, 'Expected one review per row.');
    const format = (options.format as TextFormat | undefined) ?? formatOf(path, start);
    file.format = format;
    const rows = await formats[format](start, text, {
      ...options,
      ...{ name, format, file, ratings: new RatingReader(file) },
    });
    yield* goodRows(rows, file, options, tally);
  } finally {
    await text.return(undefined);
  }
}

/** The rows that can be used, counted; a bad one is refused, or counted and left out. */
export async function* goodRows(
  { head, outcomes }: FormatRows,
  file: FileTally,
  { skipBadRows = false }: ReadOptions,
  tally: Tally,
): AsyncGenerator<TableRow> {
  for await (const { row, line, record, source, found } of outcomes) {
    if (!('what' in found)) {
      tally.add(file, found);
      yield { head, row, line, record, source, review: found };
    } else if (skipBadRows) {
      tally.skip(file, { row, line }, found);
    } else {
      throw rowError(head.name, { row, line }, found);
    }
  }
  refuseNothing(file);
}

/** Formats of characters. */
type TextFormat = Exclude<Format, 'parquet'>;

/** What reads each format. */
const formats: Readonly<Record<TextFormat, typeof separatedRows>> = {
  csv: separatedRows,
  tsv: separatedRows,
  jsonl: jsonLinesRows,
  txt: plainTextRows,
  fasttext: fastTextRows,
  svmlight: svmlightRows,
};

/** Reads until there is a character that is not blank. */
async function firstText(text: AsyncGenerator<string>): Promise<string> {
  let start = '';
  while (start.trim() === '') {
    const next = await text.next();
    if (next.done) break;
    start += next.value;
  }
  return start;
}

/** By the name; text files and files of other names are looked into. */
function formatOf(path: string, start: string): TextFormat {
  const named = formatByName(path);
  if (named !== null && named !== 'txt') return named;
  if (FASTTEXT_START.test(start)) return 'fasttext';
  if (named !== null) return named;
  if (start.trimStart()[0] === '{') return 'jsonl';
  return SVMLIGHT_START.test(start) ? 'svmlight' : 'csv';
}

function formatByName(path: string): TextFormat | null {
  const name = path.toLowerCase().replace(/\.(gz|gzip|zst)$/, '');
  if (name.endsWith('.csv')) return 'csv';
  if (name.endsWith('.tsv') || name.endsWith('.tab')) return 'tsv';
  if (/\.(jsonl|ndjson|json)$/.test(name)) return 'jsonl';
  if (/\.(svm|svmlight|libsvm|feat)$/.test(name)) return 'svmlight';
  return name.endsWith('.txt') ? 'txt' : null;
}

/** A file without a single good row is a mistake, also when bad rows are skipped. */
function refuseNothing(file: FileTally): void {
  if (file.rows === 0) throw new StarlingError('BAD_INPUT', `${file.name} has a header but no rows`);
  if (file.rows > file.skipped) return;
  throw new StarlingError(
    'BAD_INPUT',
    `${file.name} has no good row: all ${file.rows} are bad, the first of them ${file.reasons[0]}`,
  );
}
