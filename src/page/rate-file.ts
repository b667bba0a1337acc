/**
 * A file of reviews to the same file with ratings, as it streams by: the reading, the columns and the lines are those of
 * `starling predict`. The page shows it; this file shows nothing.
 */
import { charactersOf } from '../corpus/characters.ts';
import { type ReadCounts, Tally } from '../corpus/report.ts';
import type { TableRow } from '../corpus/table.ts';
import { tableRows } from '../corpus/table-rows.ts';
import { StarlingError } from '../errors.ts';
import { RatedRows } from '../report/rated-rows.ts';
import type { Rater } from './rater.ts';

export interface RateFileSettings {
  /** Column of the text; found by its name when absent. */
  readonly column?: string;
  readonly skipBadRows: boolean;
  /** Add the probability of each level. */
  readonly distribution: boolean;
  readonly signal: AbortSignal;
  /** Bytes of the file that have been rated, which never fall and end at `total`; rows so far. */
  readonly onProgress: (done: number, total: number, rows: number) => void;
}

export interface RatedFile {
  /** Of the download: "reviews.csv" becomes "reviews.rated.csv". */
  readonly name: string;
  readonly content: Blob;
  readonly counts: ReadCounts;
  /** Texts that hold no word that the model knows. */
  readonly unknown: number;
  readonly first: readonly { readonly text: string; readonly rating: number }[];
}

const PREVIEWED = 5;
/** Characters that are kept as a string; then they become a Blob, which a browser may put on the disk. */
const PIECE = 2 ** 22;

/**
 * @throws StarlingError BAD_INPUT as `readTable`; what the rater throws; the signal's reason
 */
export async function rateFile(file: File, rater: Rater, settings: RateFileSettings): Promise<RatedFile> {
  const { signal, onProgress, distribution, skipBadRows } = settings;
  let read = 0;
  const bytes = bytesOf(file, (length) => {
    read += length;
  });
  const text = charactersOf(bytes, { name: file.name, lenient: skipBadRows, gunzip });
  const tally = new Tally();
  const options = { text: settings.column, skipBadRows, ignoreRatings: true };
  const rows = tableRows(text, file.name, file.name, options, tally);
  const lines = new RatedRows({ levels: rater.facts.levels, distribution, json: false });
  const output = new Output();
  const first: { text: string; rating: number }[] = [];
  let unknown = 0;
  let rated = 0;

  const rate = async (batch: readonly TableRow[]): Promise<void> => {
    const upTo = read;
    const texts = batch.map(({ review }) => review.text);
    const predictions = await rater.predict(texts, signal);
    signal.throwIfAborted();
    output.write(lines.lines(batch, predictions));
    predictions.forEach(({ rating, knownTerms }, i) => {
      if (knownTerms === 0) unknown++;
      if (first.length < PREVIEWED) first.push({ text: texts[i], rating });
    });
    rated += batch.length;
    onProgress(Math.min(upTo, file.size), file.size, rated);
  };

  onProgress(0, file.size, 0);
  let batch: TableRow[] = [];
  let characters = 0;
  for await (const row of rows) {
    signal.throwIfAborted();
    const { length } = row.review.text;
    if (batch.length > 0 && characters + length > rater.most.characters) {
      await rate(batch);
      [batch, characters] = [[], 0];
    }
    batch.push(row);
    characters += length;
    if (batch.length < rater.most.texts) continue;
    await rate(batch);
    [batch, characters] = [[], 0];
  }
  if (batch.length > 0) await rate(batch);
  onProgress(file.size, file.size, rated);
  const { format } = tally.report.files[0];
  return {
    name: ratedName(file.name),
    content: output.finish(format === 'csv' ? 'text/csv' : 'text/plain'),
    counts: tally.report,
    unknown,
    first,
  };
}

/** "reviews.csv.gz" to "reviews.rated.csv": the answer is not packed. */
export function ratedName(name: string): string {
  const plain = name.replace(/\.(gz|gzip)$/i, '');
  const dot = plain.lastIndexOf('.');
  return dot > 0 ? `${plain.slice(0, dot)}.rated${plain.slice(dot)}` : `${plain}.rated`;
}

class Output {
  private pieces: BlobPart[] = [];
  private text = '';

  write(text: string): void {
    this.text += text;
    if (this.text.length < PIECE) return;
    this.pieces.push(new Blob([this.text]));
    this.text = '';
  }

  finish(type: string): Blob {
    return new Blob([...this.pieces, this.text], { type: `${type};charset=utf-8` });
  }
}

async function* bytesOf(file: File, took: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause) => {
        throw new StarlingError('NO_SUCH_FILE', `${file.name} cannot be read any more`, 'Choose it again.', {
          cause,
        });
      });
      if (done) return;
      took(value.length);
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function* gunzip(packed: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const source = packed[Symbol.asyncIterator]();
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const next = await source.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value as Uint8Array<ArrayBuffer>);
    },
  });
  const reader = stream.pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause) => {
        if (cause instanceof StarlingError) throw cause;
        throw new StarlingError('BAD_INPUT', `${name} holds damaged gzip data, or is cut off`, '', { cause });
      });
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
