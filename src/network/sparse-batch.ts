/**
 * A minibatch of sparse rows in the arena, and its transpose. The rows are reviews over terms, or the active units of a
 * layer; the kernels treat both alike.
 */
import type { Engine } from '../kernels/engine.ts';
import type { CsrMatrix } from '../sparse/csr.ts';
import { Growing } from './growing.ts';
import type { Matrix } from './matrix.ts';

export class SparseBatch {
  /** Number of rows that are loaded. */
  rows = 0;
  readonly cols: number;
  readonly rowStart: Uint32Array;
  binary = true;
  readonly growingColumns: Growing<Uint32Array>;
  readonly growingValues: Growing<Float32Array>;

  /** @param capacity most rows */
  constructor(engine: Engine, capacity: number, cols: number) {
    this.cols = cols;
    this.rowStart = engine.arena.u32(capacity + 1);
    this.growingColumns = Growing.u32(engine.arena);
    this.growingValues = Growing.f32(engine.arena);
  }

  get entries(): number {
    return this.rowStart[this.rows];
  }
  get columns(): Uint32Array {
    return this.growingColumns.current;
  }
  /** Address of the values for kernels: 0 when all are 1. */
  get valuesAddress(): number {
    return this.binary ? 0 : this.growingValues.current.byteOffset;
  }

  /** Copies the given rows of a matrix. */
  load(matrix: CsrMatrix, rows: ArrayLike<number>): void {
    let entries = 0;
    for (let i = 0; i < rows.length; i++) {
      entries += matrix.rowStart[rows[i] + 1] - matrix.rowStart[rows[i]];
      this.rowStart[i + 1] = entries;
    }
    this.rows = rows.length;
    this.binary = matrix.values === null;
    const columns = this.growingColumns.atLeast(entries);
    const values = matrix.values ? this.growingValues.atLeast(entries) : null;
    for (let i = 0; i < rows.length; i++) {
      const from = matrix.rowStart[rows[i]];
      const to = matrix.rowStart[rows[i] + 1];
      columns.set(matrix.columns.subarray(from, to), this.rowStart[i]);
      values?.set(matrix.values!.subarray(from, to), this.rowStart[i]);
    }
  }

  /** Becomes a copy of another batch over the same columns. */
  copy(other: SparseBatch): void {
    this.rows = other.rows;
    this.binary = other.binary;
    this.rowStart.set(other.rowStart.subarray(0, other.rows + 1));
    this.growingColumns.atLeast(other.entries).set(other.columns.subarray(0, other.entries));
    if (!other.binary) {
      this.growingValues.atLeast(other.entries).set(other.growingValues.current.subarray(0, other.entries));
    }
  }

  /** The non-zero entries of a dense matrix's first `rows` rows; all of them when `all`. */
  compress(engine: Engine, dense: Matrix, rows: number, all: boolean): void {
    this.rows = rows;
    this.binary = false;
    const columns = this.growingColumns.atLeast(rows * dense.cols + 1);
    const values = this.growingValues.atLeast(rows * dense.cols + 1);
    engine.run(
      'compress',
      1,
      dense.data.byteOffset,
      rows,
      dense.width,
      dense.cols,
      all ? 1 : 0,
      this.rowStart.byteOffset,
      columns.byteOffset,
      values.byteOffset,
    );
  }
}

/** Entries per unit of work of the kernels that work by term. */
const CHUNK = 1024;

/** Entries by term: term t, of `terms`, has the entries termStart[t] up to termStart[t + 1], in the rows entryRow. */
export interface TermEntries {
  readonly termCount: number;
  readonly terms: Uint32Array;
  readonly termStart: Uint32Array;
  readonly entryRow: Uint32Array;
}

/** The transpose of a sparse batch over the terms that occur in it. */
export class Transpose implements TermEntries {
  private readonly counts: Uint32Array;
  readonly terms: Uint32Array;
  readonly termStart: Uint32Array;
  private readonly growingRow: Growing<Uint32Array>;
  private readonly growingPos: Growing<Uint32Array>;
  private readonly growingChunks: Growing<Uint32Array>;
  private readonly info: Uint32Array;
  private readonly growingValues: Growing<Float32Array>;

  constructor(engine: Engine, cols: number) {
    const { arena } = engine;
    this.counts = arena.u32(cols + 1);
    this.terms = arena.u32(cols + 1);
    this.termStart = arena.u32(cols + 2);
    this.growingRow = Growing.u32(arena);
    this.growingPos = Growing.u32(arena);
    this.growingChunks = Growing.u32(arena);
    this.growingValues = Growing.f32(arena);
    this.info = arena.u32(2);
  }

  get termCount(): number {
    return this.info[0];
  }
  get chunks(): number {
    return this.info[1];
  }
  get entryRow(): Uint32Array {
    return this.growingRow.current;
  }
  /** Entry i of the transpose is entry entryPos[i] of the batch. */
  get entryPos(): Uint32Array {
    return this.growingPos.current;
  }
  /** First term of each chunk. */
  get chunkStart(): Uint32Array {
    return this.growingChunks.current;
  }

  /** The chunks from one on that have at most `most` terms together, and one at least. Term 0 of the part is the chunk's first. */
  part(chunk: number, most: number): TermEntries & { readonly chunks: number } {
    const { chunkStart } = this;
    let end = chunk + 1;
    while (end < this.chunks && chunkStart[end + 1] - chunkStart[chunk] <= most) end++;
    return {
      chunks: end - chunk,
      termCount: chunkStart[end] - chunkStart[chunk],
      terms: this.terms.subarray(chunkStart[chunk]),
      termStart: this.termStart.subarray(chunkStart[chunk]),
      entryRow: this.entryRow,
    };
  }

  /** Transposes `entries` entries over `cols` columns. */
  build(engine: Engine, rows: number, cols: number, rowStart: Uint32Array, columns: Uint32Array): void {
    const entries = rowStart[rows];
    this.growingRow.atLeast(entries + 1);
    this.growingPos.atLeast(entries + 1);
    this.growingChunks.atLeast(Math.ceil(entries / CHUNK) + 2);
    engine.run(
      'transpose',
      1,
      rows,
      cols,
      rowStart.byteOffset,
      columns.byteOffset,
      CHUNK,
      this.counts.byteOffset,
      this.terms.byteOffset,
      this.termStart.byteOffset,
      this.entryRow.byteOffset,
      this.entryPos.byteOffset,
      this.chunkStart.byteOffset,
      this.info.byteOffset,
    );
  }

  of(engine: Engine, batch: SparseBatch): void {
    this.build(engine, batch.rows, batch.cols, batch.rowStart, batch.columns);
  }

  /** Address of the batch's values in the transpose's order; 0 when they are all 1. */
  values(engine: Engine, batch: SparseBatch): number {
    if (batch.binary) return 0;
    const out = this.growingValues.atLeast(batch.entries);
    engine.run('permute', 1, out.byteOffset, batch.valuesAddress, this.entryPos.byteOffset, batch.entries);
    return out.byteOffset;
  }
}
