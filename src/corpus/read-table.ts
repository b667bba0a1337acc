/**
 * Review files → rows: each row as it stands in the file, together with the review that is in it. For `predict`, which
 * gives every row back with a rating added; whoever only wants reviews takes `readReviews`.
 *
 * Formats, by name: .parquet; .csv, .tsv, .jsonl and .ndjson, .txt, .svmlight, each also packed with gzip or zstd (found by content,
 * so the .gz is not needed). "-" and other names are looked into: JSON lines if the first character that is not blank is
 * "{", fastText if the first word is a label (in .txt, too), svmlight if the first line is one, else CSV.
 * Rows stream: memory does not grow with the file, and a consumer that pauses stops the reading.
 */
import { StarlingError } from '../errors.ts';
import { readLines } from './lines.ts';
import { isParquet, parquetRows } from './parquet.ts';
import { formatList, formatNames, Tally } from './report.ts';
import { openText, sourceName } from './source.ts';
import type { ReadOptions, Table, TableRow } from './table.ts';
import { tableRows } from './table-rows.ts';

/**
 * The rows of one or several sources, one after another. Nothing is read before the iteration begins; every iteration
 * reads the files anew, except standard input, which can be read only once.
 * @param sources paths; "-" is standard input
 * @throws StarlingError BAD_OPTION at once for options that cannot be; while iterating NO_SUCH_FILE or BAD_INPUT,
 *   naming file and row
 */
export function readTable(sources: string | readonly string[], options: ReadOptions = {}): Table {
  const paths = typeof sources === 'string' ? [sources] : [...sources];
  const checked = checkOptions(paths, options);
  let tally = new Tally();
  let inputTaken = false;
  return {
    get report() {
      return tally.report;
    },
    async *[Symbol.asyncIterator]() {
      if (inputTaken) throw new StarlingError('BAD_INPUT', 'standard input can be read only once');
      inputTaken = paths.includes('-');
      tally = new Tally();
      const current = tally; // an older iteration that is still under way keeps its own counts
      const { words, vocabulary } = checked;
      const named = words ?? (vocabulary === undefined ? undefined : await readWords(vocabulary));
      for (const path of paths) yield* readFile(path, { ...checked, words: named }, current);
    },
  };
}

async function* readFile(path: string, options: ReadOptions, tally: Tally): AsyncGenerator<TableRow> {
  const { format } = options;
  if (format === 'parquet' || (format === undefined && (await isParquet(path)))) {
    return yield* parquetRows(path, options, tally);
  }
  const { encoding, input, skipBadRows: lenient } = options;
  const text = openText(path, { encoding, lenient, input });
  yield* tableRows(text, path, sourceName(path), options, tally);
}

/** One word per line; a blank line stands for a number that is no word. */
async function readWords(path: string): Promise<string[]> {
  const words: string[] = [];
  for await (const { row, text } of readLines('', openText(path))) words[row - 1] = text.trim();
  if (words.length === 0) {
    throw new StarlingError('BAD_INPUT', `${path} is empty`, 'Expected one word per line.');
  }
  return Array.from(words, (word) => word ?? '');
}

function checkOptions(paths: readonly string[], options: ReadOptions): ReadOptions {
  const refuse = (message: string, hint = ''): never => {
    throw new StarlingError('BAD_OPTION', message, hint);
  };
  if (paths.length === 0) refuse('no review file was given', 'Name one or more; "-" is standard input.');
  if (paths.filter((path) => path === '-').length > 1) refuse('standard input ("-") was given twice');
  if (options.format !== undefined && !formatNames.includes(options.format)) {
    refuse(`there is no format "${options.format}", expected ${formatList}`);
  }
  if (options.requireRating && options.ignoreRatings) {
    refuse('ratings cannot be both required and ignored');
  }
  if (options.delimiter === undefined) return options;
  const delimiter = /^(tab|\\t)$/i.test(options.delimiter) ? '\t' : options.delimiter;
  if (delimiter.length !== 1 || /["\r\n\ufeff]/.test(delimiter)) {
    refuse(
      `the delimiter ${JSON.stringify(options.delimiter)} is not one character`,
      'For a tab, write: tab',
    );
  }
  return { ...options, delimiter };
}
