/** `starling predict`: rates reviews as they stream by, and gives every row back with its rating. All rows, or a part. */
import { readTable } from '../../corpus/read-table.ts';
import type { TableRow } from '../../corpus/table.ts';
import { StarlingError } from '../../errors.ts';
import type { Prediction } from '../../model/prediction.ts';
import { inOrder, RatingPool } from '../../model/rating-pool.ts';
import { SentimentModel } from '../../model/sentiment-model.ts';
import { RatedRows } from '../../report/rated-rows.ts';
import { inBatches } from '../batches.ts';
import type { Flags } from '../flags.ts';
import { textOperands } from '../model-operand.ts';
import { Notes } from '../notes.ts';
import { checkPieceFlags } from '../piece-flags.ts';
import { sayReport } from '../reviews.ts';
import { gatherSettings, textOnly } from '../settings.ts';
import { openSink, rowsFor, type Sink } from '../sink.ts';

/** Rows that are rated together. */
const BATCH = 1024;
/** Milliseconds that a row waits for others: nothing for a program, little for a person. */
const PATIENCE = 50;

export async function predict(folder: string, files: readonly string[], flags: Flags): Promise<void> {
  const notes = new Notes(flags.quiet ?? false);
  checkPieceFlags(flags, flags.shard !== undefined && files.length === 0 ? ['-'] : files);
  if (flags.merge !== undefined) {
    const { mergeRows } = await import('../row-pieces.ts');
    sayUnknown(await mergeRows(folder, flags.merge, files, flags), notes);
    return;
  }
  const { reading, given } = await gatherSettings(flags);
  const texts = await textOperands(files);
  const sources = files.length > 0 && !texts ? files : ['-'];
  const model = await SentimentModel.load(folder, given.engine);
  if (flags.distribution && model.options.head === 'linear') {
    throw new StarlingError(
      'BAD_OPTION',
      `the model in ${folder} has a linear head, which gives no --distribution`,
      'Train with --head softmax.',
    );
  }
  const typed = !texts && sources.includes('-') && process.stdin.isTTY === true;
  if (typed) notes.say('Type one text per line; Ctrl-D ends.');
  const lines = texts ? { format: 'txt' as const, input: [texts] } : {};
  const columns = { ...textOnly(reading), format: reading.format ?? (typed ? 'txt' : undefined), ...lines };
  const table = readTable(sources, columns);
  const output = flags.json ? 'json' : rowsFor(flags.out);
  const parquet = rowsFor(flags.out) === 'parquet';
  const rated = new RatedRows({
    levels: model.levels,
    distribution: flags.distribution ?? false,
    spreadsheet: flags.spreadsheet ?? false,
    json: parquet || output === 'json',
    table: output === 'csv',
    flat: parquet,
  });
  const rate = (rows: AsyncIterable<TableRow>, sink: Sink): Promise<RatedCount> =>
    rateRows(rows, model, given.threads, rated, sink);
  if (flags.shard !== undefined) {
    const { leaveRows } = await import('../row-pieces.ts');
    const plan = { folder, files, columns, table, rated, engine: model.toData().engine };
    const count = await leaveRows(plan, flags, notes, rate);
    if (count) sayUnknown(count, notes);
  } else {
    const sink = await openSink(flags.out);
    const count = await rate(table, sink);
    await sink.finish();
    sayReport(table.report, notes);
    sayUnknown(count, notes);
  }
  model.close();
}

/** How many texts were rated, and how many of them hold no word that the model knows. */
export interface RatedCount {
  readonly texts: number;
  readonly unknown: number;
}

async function rateRows(
  table: AsyncIterable<TableRow>,
  model: SentimentModel,
  threads: number | undefined,
  rated: RatedRows,
  sink: Sink,
): Promise<RatedCount> {
  let texts = 0;
  let unknown = 0;
  const pool = new RatingPool(model, threads);
  const rate = (rows: readonly TableRow[]): Promise<Prediction[]> =>
    pool.rate(rows.map(({ review }) => review.text));
  for await (const [rows, predictions] of inOrder(inBatches(table, BATCH, PATIENCE), rate, pool.ahead)) {
    texts += rows.length;
    for (const { knownTerms } of predictions) if (knownTerms === 0) unknown++;
    await sink.write(rated.lines(rows, predictions));
  }
  await pool.close();
  return { texts, unknown };
}

function sayUnknown({ texts, unknown }: RatedCount, notes: Notes): void {
  if (unknown === 0) return;
  const [few, all] = [unknown, texts].map((n) => n.toLocaleString('en-US'));
  notes.say(
    `${few} of ${all} texts hold no word that the model knows; their rating says nothing about them.`,
  );
}
