/**
 * Objects → a Parquet file (hyparquet-writer), a group of rows at a time. The columns are the properties of the first
 * group's objects; a column of numbers is DOUBLE, one of true and false BOOLEAN, everything else text, as JSON where it is
 * neither text nor missing.
 */
import { fileWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { StarlingError } from '../errors.ts';

type Row = Readonly<Record<string, unknown>>;
type Kind = 'DOUBLE' | 'BOOLEAN' | 'STRING';

/** Rows that are kept until they are written together: Parquet packs columns of many rows well, and one row not at all. */
const GROUP = 20_000;

export class ParquetFileWriter {
  private readonly path: string;
  private readonly kinds = new Map<string, Kind>();
  private writer: ParquetWriter | undefined;
  private rows: Row[] = [];
  private written = 0;

  /** @param path written at once: what stands there is lost */
  constructor(path: string) {
    this.path = path;
  }

  /** @throws StarlingError BAD_INPUT when a later row does not fit under the columns of the first ones */
  async add(row: Row): Promise<void> {
    this.rows.push(row);
    if (this.rows.length === GROUP) await this.writeGroup();
  }

  /** Writes what is left, and the end, without which the file cannot be read. */
  async finish(): Promise<void> {
    if (this.rows.length > 0 || !this.writer) await this.writeGroup();
    await this.writer!.finish();
  }

  private async writeGroup(): Promise<void> {
    const { rows, kinds } = this;
    if (!this.writer) for (const row of rows) for (const name of Object.keys(row)) kinds.set(name, 'STRING');
    if (!this.writer) for (const name of kinds.keys()) kinds.set(name, kindOf(rows.map((row) => row[name])));
    rows.forEach((row, i) => {
      for (const name of Object.keys(row))
        if (!kinds.has(name)) this.refuse(name, i, 'which the first rows have not');
    });
    const columnData = [...kinds].map(([name, type]) => ({
      name,
      type,
      nullable: true,
      data: rows.map((row, i) => {
        const value = row[name] ?? null;
        if (value === null) return null;
        if (type === 'STRING') return typeof value === 'string' ? value : JSON.stringify(value);
        if (typeof value === (type === 'DOUBLE' ? 'number' : 'boolean')) return value;
        return this.refuse(
          name,
          i,
          `${JSON.stringify(value).slice(0, 60)}, where the first rows have ${nameOf[type]}`,
        );
      }),
    }));
    this.writer ??= new ParquetWriter({
      writer: fileWriter(this.path),
      schema: schemaFromColumnData({ columnData }),
      createdBy: 'starling',
    });
    await this.writer.write({ columnData, rowGroupSize: GROUP });
    this.written += rows.length;
    this.rows = [];
  }

  private refuse(name: string, i: number, what: string): never {
    throw new StarlingError(
      'BAD_INPUT',
      `row ${this.written + i + 1} of the output has the property "${name}", ${what}`,
      'Write JSON lines instead: --out FILE.jsonl.',
    );
  }
}

const nameOf = { DOUBLE: 'numbers', BOOLEAN: 'true or false' } as const;

function kindOf(values: readonly unknown[]): Kind {
  const there = values.filter((value) => value !== null && value !== undefined);
  if (there.length > 0 && there.every((value) => typeof value === 'number')) return 'DOUBLE';
  return there.length > 0 && there.every((value) => typeof value === 'boolean') ? 'BOOLEAN' : 'STRING';
}
