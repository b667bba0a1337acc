/**
 * Between the arena and tensors: rows of a panel matrix (or of its optimizer state) as row-major arrays and back, and a
 * sparse minibatch as a dense one over the columns that occur in it. tfjs has no sparse tensors; over the columns that occur,
 * a dense product costs a fraction of one over the whole vocabulary, and means the same.
 */
import { PANEL, paddedWidth, panelCount, panelIndex, panelWidth } from '../kernels/ops.ts';
import type { Matrix } from '../network/matrix.ts';
import type { SparseBatch } from '../network/sparse-batch.ts';

/** What is laid out in panels: see `panelIndex` and `stateLength` in kernels/ops.ts. */
export interface PanelRows {
  readonly data: Float32Array;
  readonly rows: number;
  /** True columns, and those that there is room for. */
  readonly cols: number;
  readonly width: number;
  /** 1 for weights; 2 for Adam's state, the two moments of a row one after the other. */
  readonly parts: number;
}

/** A panel: how wide it is, the true columns in it, and where its first row (of that part) begins. */
function panelOf(
  { rows, cols, width, parts }: PanelRows,
  part: number,
  panel: number,
): { w: number; length: number; from: number } {
  const w = panelWidth(panel, width);
  return { w, length: Math.min(PANEL, cols - panel * PANEL), from: panel * PANEL * rows * parts + part * w };
}

/** chosen.length x cols floats. */
export function takeRows(source: PanelRows, chosen: Uint32Array, part = 0): Float32Array {
  const { data, cols, width, parts } = source;
  const out = new Float32Array(chosen.length * cols);
  for (let p = 0; p < panelCount(width); p++) {
    const { w, length, from } = panelOf(source, part, p);
    for (let i = 0; i < chosen.length; i++) {
      const at = from + chosen[i] * w * parts;
      const to = i * cols + p * PANEL;
      for (let k = 0; k < length; k++) out[to + k] = data[at + k];
    }
  }
  return out;
}

/** The other way round. */
export function putRows(into: PanelRows, chosen: Uint32Array, values: Float32Array, part = 0): void {
  const { data, cols, width, parts } = into;
  for (let p = 0; p < panelCount(width); p++) {
    const { w, length, from } = panelOf(into, part, p);
    for (let i = 0; i < chosen.length; i++) {
      const at = i * cols + p * PANEL;
      const to = from + chosen[i] * w * parts;
      for (let k = 0; k < length; k++) data[to + k] = values[at + k];
    }
  }
}

export function upTo(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i);
}

export function rowsOf({ data, rows, cols, width }: Matrix): PanelRows {
  return { data, rows, cols, width, parts: 1 };
}

/** Of a minibatch: a panel is as long as the minibatch, not as the matrix has room for. */
export function minibatchOf({ data, cols, width }: Matrix, rows: number): PanelRows {
  return { data, rows, cols, width, parts: 1 };
}

/** The biases of a layer: one row over its columns. */
export function biasRow(data: Float32Array, cols: number): PanelRows {
  return { data, rows: 1, cols, width: paddedWidth(cols), parts: 1 };
}

/** One bias per row, as a decoder has it. */
export function biasColumn(data: Float32Array): PanelRows {
  return { data, rows: data.length, cols: 1, width: 1, parts: 1 };
}

/** Columns in the order in which they were met, each once. Reused from minibatch to minibatch. */
export class ColumnSet {
  private readonly place: Int32Array;
  private readonly list: Uint32Array;
  private count = 0;

  constructor(cols: number) {
    this.place = new Int32Array(cols).fill(-1);
    this.list = new Uint32Array(cols);
  }

  get columns(): Uint32Array {
    return this.list.subarray(0, this.count);
  }

  /** Place of a column, which is added if it is new. */
  placeOf(column: number): number {
    let place = this.place[column];
    if (place < 0) {
      place = this.count++;
      this.place[column] = place;
      this.list[place] = column;
    }
    return place;
  }

  /** Place of a column that is there; -1 of any other. */
  find(column: number): number {
    return this.place[column];
  }

  clear(): void {
    for (let i = 0; i < this.count; i++) this.place[this.list[i]] = -1;
    this.count = 0;
  }
}

export interface DenseBatch {
  /** The columns of x that occur, in their order of occurrence. */
  readonly columns: Uint32Array;
  /** Which of them each entry of x is in. */
  readonly places: Uint32Array;
  /** rows x columns.length, row-major. */
  readonly values: Float32Array;
}

/** @param set is emptied, and holds the columns until it is used again */
export function denseBatch(x: SparseBatch, set: ColumnSet): DenseBatch {
  set.clear();
  const places = Uint32Array.from({ length: x.entries }, (_, e) => set.placeOf(x.columns[e]));
  const { columns } = set;
  const values = new Float32Array(x.rows * columns.length);
  eachEntry(x, (row, _, value, e) => {
    values[row * columns.length + places[e]] = value;
  });
  return { columns, places, values };
}

/** Calls `visit` with row, column, value and number of each entry. */
export function eachEntry(
  x: SparseBatch,
  visit: (row: number, column: number, value: number, entry: number) => void,
): void {
  const { columns, rowStart } = x;
  const values = x.binary ? null : x.growingValues.current;
  for (let row = 0; row < x.rows; row++) {
    for (let e = rowStart[row]; e < rowStart[row + 1]; e++) visit(row, columns[e], values ? values[e] : 1, e);
  }
}

/**
 * Fills the first x.rows rows of a matrix with zeros, but for the entries of x.
 * @param values columns x rows: row places[e] belongs to the column of entry e
 */
export function putEntries(matrix: Matrix, x: SparseBatch, places: Uint32Array, values: Float32Array): void {
  matrix.data.fill(0, 0, x.rows * matrix.width);
  eachEntry(x, (row, column, _, e) => {
    matrix.data[panelIndex(row, column, x.rows, matrix.width)] = values[places[e] * x.rows + row];
  });
}
