/** A row as it came, with its rating added, in the format in which it came: the lines that `predict` writes. */
import type { TableHead, TableRow } from '../corpus/table.ts';
import { csvLine, freeName, jsonLineWith, spreadsheetCell } from '../corpus/write-rows.ts';
import { StarlingError } from '../errors.ts';
import type { Prediction } from '../model/prediction.ts';

export const RATING_COLUMN = 'predicted_rating';

export interface RatedRowsSettings {
  readonly levels: readonly number[];
  /** Add the probability of each level. */
  readonly distribution: boolean;
  /** JSON lines, whatever came. */
  readonly json: boolean;
  /** In CSV: cells that a spreadsheet could take for a formula are marked as text. */
  readonly spreadsheet?: boolean;
  /** Rows that come as objects become rows of CSV: the properties of the first one are its columns. */
  readonly table?: boolean;
  /** In JSON, too, a property for the probability of each level, as there are columns in CSV. */
  readonly flat?: boolean;
}

/** Turns rows into lines. Knows which file it is in; one object per output. */
export class RatedRows {
  private readonly settings: RatedRowsSettings;
  private first: TableHead | null = null;
  private head: TableHead | null = null;
  /** Columns of a table of objects. */
  private names: readonly string[] | null = null;
  /** The latest line of a plain text file. */
  private line = 0;

  constructor(settings: RatedRowsSettings) {
    this.settings = settings;
  }

  /** @throws StarlingError BAD_INPUT when a further file does not fit under the first one's columns */
  lines(rows: readonly TableRow[], predictions: readonly Prediction[]): string {
    return rows.map((row, i) => this.before(row) + this.rated(row, predictions[i])).join('');
  }

  /** Goes by a row that somebody else rates, as if it had been among the lines. */
  pass(row: TableRow): void {
    this.before(row);
    if (this.settings.table && holdsObjects(row.head.format))
      this.names ??= Object.keys(JSON.parse(row.source!));
  }

  /** What comes before a row: the names of the columns; blank lines where the input has some. */
  private before({ head, line }: TableRow): string {
    let before = '';
    if (head !== this.head) {
      if (this.first && !this.settings.json) refuseOther(this.first, head);
      if (!this.first && head.delimiter !== null && !this.settings.json) {
        before = csvLine([...this.cells(head.header), ...this.columns(head.header)], head.delimiter);
      }
      this.first ??= head;
      this.head = head;
      this.line = 0;
    }
    if (isLines(head) && !this.settings.json) before = '\n'.repeat(line - this.line - 1);
    this.line = line;
    return before;
  }

  private rated(row: TableRow, prediction: Prediction): string {
    const { json } = this.settings;
    const { format, header } = row.head;
    if (holdsObjects(format)) {
      const object = JSON.parse(row.source!) as Readonly<Record<string, unknown>>;
      if (this.settings.table) return this.cellsOf(object, row, prediction);
      const added = this.properties(Object.keys(object), prediction);
      return `${jsonLineWith(row.source!, added)}\n`;
    }
    if (json) {
      const object =
        row.head.delimiter === null
          ? { text: row.review.text }
          : Object.fromEntries(header.map((name, i) => [name, row.record[i]]));
      return `${jsonLineWith(JSON.stringify(object), this.properties(Object.keys(object), prediction))}\n`;
    }
    const values = this.values(prediction);
    if (isLines(row.head)) return `${values.join('\t')}\n`;
    return csvLine([...this.cells(row.record), ...values], this.first!.delimiter!);
  }

  private values(prediction: Prediction): string[] {
    return [rounded(prediction.rating), ...this.probabilities(prediction)].map(String);
  }

  /** An object as a row of CSV; the first one with the header before it. */
  private cellsOf(
    object: Readonly<Record<string, unknown>>,
    { head, row }: TableRow,
    prediction: Prediction,
  ): string {
    const first = this.names === null;
    this.names ??= Object.keys(object);
    const { names } = this;
    const unknown = Object.keys(object).find((name) => !names.includes(name));
    if (unknown !== undefined) {
      throw new StarlingError(
        'BAD_INPUT',
        `${head.name}, row ${row} has the property "${unknown}", which the first row has not`,
        'Write JSON lines instead: --out FILE.jsonl.',
      );
    }
    const header = first ? csvLine([...this.cells(names), ...this.columns(names)]) : '';
    const fields = names.map((name) => asField(Object.hasOwn(object, name) ? object[name] : null));
    return header + csvLine([...this.cells(fields), ...this.values(prediction)]);
  }

  private cells(fields: readonly string[]): readonly string[] {
    return this.settings.spreadsheet ? fields.map(spreadsheetCell) : fields;
  }

  private probabilities({ distribution }: Prediction): number[] {
    return this.settings.distribution ? distribution!.map(roundedProbability) : [];
  }

  private properties(taken: readonly string[], prediction: Prediction): Record<string, unknown> {
    if (this.settings.flat) {
      const values = [rounded(prediction.rating), ...this.probabilities(prediction)];
      return Object.fromEntries(this.columns(taken).map((name, i) => [name, values[i]]));
    }
    const added: Record<string, unknown> = { [freeName(RATING_COLUMN, taken)]: rounded(prediction.rating) };
    if (this.settings.distribution) {
      const byLevel = this.probabilities(prediction).map((p, i) => [this.settings.levels[i], p]);
      added[freeName('distribution', taken)] = Object.fromEntries(byLevel);
    }
    return added;
  }

  private columns(taken: readonly string[]): string[] {
    const levels = this.settings.distribution ? this.settings.levels : [];
    return [RATING_COLUMN, ...levels.map((level) => `probability_${level}`)].map((name) =>
      freeName(name, taken),
    );
  }
}

/** Six digits: more than the model knows, few enough to read. */
function rounded(rating: number): number {
  return Number(rating.toPrecision(6));
}

function roundedProbability(probability: number): number {
  return Number(probability.toFixed(6));
}

function asField(value: unknown): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Formats whose rows are objects of any shape. */
const holdsObjects = (format: TableHead['format']): boolean => format === 'jsonl' || format === 'parquet';
/** Formats of which a rated row is a line with its rating. */
const isLines = ({ delimiter, format }: TableHead): boolean => delimiter === null && !holdsObjects(format);

function refuseOther(first: TableHead, head: TableHead): void {
  const kinds: Partial<Record<TableHead['format'], string>> = { tsv: 'csv', parquet: 'jsonl' };
  const kind = ({ format }: TableHead): string => kinds[format] ?? format;
  if (kind(first) === kind(head) && first.header.join('\0') === head.header.join('\0')) return;
  throw new StarlingError(
    'BAD_INPUT',
    kind(first) === kind(head)
      ? `${head.name} has other columns than ${first.name}`
      : `${head.name} is ${head.format}, ${first.name} is ${first.format}`,
    'Rate them one by one, or with --json, which gives JSON lines for all.',
  );
}
