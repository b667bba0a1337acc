/** `starling predict`: rates reviews as they stream by, and gives every row back with its rating. */
import { readTable } from '../../corpus/read-table.ts';
import type { TableRow } from '../../corpus/table.ts';
import { StarlingError } from '../../errors.ts';
import type { Prediction } from '../../model/prediction.ts';
import { inOrder, RatingPool } from '../../model/rating-pool.ts';
import { SentimentModel } from '../../model/sentiment-model.ts';
import { RatedRows } from '../../report/rated-rows.ts';
import { inBatches } from '../batches.ts';
import type { Flags } from '../flags.ts';
import { Notes } from '../notes.ts';
import { sayReport } from '../reviews.ts';
import { gatherSettings, textOnly } from '../settings.ts';
import { isParquetPath, openSink } from '../sink.ts';

/** Rows that are rated together. */
const BATCH = 1024;
/** Milliseconds that a row waits for others: nothing for a program, little for a person. */
const PATIENCE = 50;

export async function predict(folder: string, files: readonly string[], flags: Flags): Promise<void> {
  const notes = new Notes(flags.quiet ?? false);
  const { reading, given } = await gatherSettings(flags);
  const sources = files.length > 0 ? files : ['-'];
  const model = await SentimentModel.load(folder, given.engine);
  if (flags.distribution && model.options.head === 'linear') {
    throw new StarlingError(
      'BAD_OPTION',
      `the model in ${folder} has a linear head, which gives no --distribution`,
      'Train with --head softmax.',
    );
  }
  const typed = sources.includes('-') && process.stdin.isTTY === true;
  if (typed) notes.say('Type one text per line; Ctrl-D ends.');
  const table = readTable(sources, {
    ...textOnly(reading),
    format: reading.format ?? (typed ? 'txt' : undefined),
  });
  const parquet = isParquetPath(flags.out);
  const rated = new RatedRows({
    levels: model.levels,
    distribution: flags.distribution ?? false,
    spreadsheet: flags.spreadsheet ?? false,
    json: (flags.json ?? false) || parquet,
    flat: parquet,
  });
  const sink = await openSink(flags.out);
  let unknown = 0;
  const pool = new RatingPool(model, given.threads);
  const rate = (rows: readonly TableRow[]): Promise<Prediction[]> =>
    pool.rate(rows.map(({ review }) => review.text));
  for await (const [rows, predictions] of inOrder(inBatches(table, BATCH, PATIENCE), rate, pool.ahead)) {
    for (const { knownTerms } of predictions) if (knownTerms === 0) unknown++;
    await sink.write(rated.lines(rows, predictions));
  }
  await sink.finish();
  await pool.close();
  model.close();
  sayReport(table.report, notes);
  if (unknown > 0) {
    const all = table.report.rows - table.report.skipped;
    notes.say(
      `${unknown.toLocaleString('en-US')} of ${all.toLocaleString('en-US')} texts hold no word that the model knows; their rating says nothing about them.`,
    );
  }
}
