/**
 * The one sparse matrix type: compressed sparse rows. Rows are reviews, columns are terms. A binary matrix carries no
 * values at all. Columns within a row ascend strictly (no duplicates), so equal data are equal bytes.
 */
import { StarlingError } from '../errors.ts';

export interface CsrMatrix {
  readonly rows: number;
  readonly cols: number;
  /** Length rows + 1: row r holds the entries rowStart[r] up to rowStart[r + 1]. Starts at 0, never falls. */
  readonly rowStart: Uint32Array;
  /** Column of each entry, 0 to cols - 1, ascending within a row. */
  readonly columns: Uint32Array;
  /** Value of each entry, or null when every entry is 1. */
  readonly values: Float32Array | null;
}

/** Number of stored entries. */
export function entryCount(matrix: CsrMatrix): number {
  return matrix.rowStart[matrix.rows];
}

/** Fraction of the matrix that is exactly zero, 0 to 1: the paper's sparsity, for the input. 1 for an empty matrix. */
export function sparsity(matrix: CsrMatrix): number {
  const size = matrix.rows * matrix.cols;
  if (size === 0) return 1;
  let nonZero = entryCount(matrix);
  if (matrix.values) {
    nonZero = 0;
    for (let e = 0; e < entryCount(matrix); e++) if (matrix.values[e] !== 0) nonZero++;
  }
  return 1 - nonZero / size;
}

/** The given rows, in the given order (repeats allowed), as a matrix of their own. */
export function takeRows(matrix: CsrMatrix, rows: ArrayLike<number>): CsrMatrix {
  const rowStart = new Uint32Array(rows.length + 1);
  for (let r = 0; r < rows.length; r++) {
    rowStart[r + 1] = rowStart[r] + matrix.rowStart[rows[r] + 1] - matrix.rowStart[rows[r]];
  }
  const columns = new Uint32Array(rowStart[rows.length]);
  const values = matrix.values ? new Float32Array(columns.length) : null;
  for (let r = 0; r < rows.length; r++) {
    const from = matrix.rowStart[rows[r]];
    const to = matrix.rowStart[rows[r] + 1];
    columns.set(matrix.columns.subarray(from, to), rowStart[r]);
    values?.set(matrix.values!.subarray(from, to), rowStart[r]);
  }
  return { rows: rows.length, cols: matrix.cols, rowStart, columns, values };
}

/** One matrix under the other; both have the same columns. Binary only if both are. */
export function stackRows(upper: CsrMatrix, lower: CsrMatrix): CsrMatrix {
  if (upper.cols !== lower.cols) {
    throw new StarlingError('BAD_INPUT', `cannot stack ${upper.cols} columns on ${lower.cols} columns`);
  }
  const upperEntries = entryCount(upper);
  const rowStart = new Uint32Array(upper.rows + lower.rows + 1);
  rowStart.set(upper.rowStart.subarray(0, upper.rows + 1));
  for (let r = 0; r <= lower.rows; r++) rowStart[upper.rows + r] = upperEntries + lower.rowStart[r];
  const columns = new Uint32Array(rowStart[rowStart.length - 1]);
  columns.set(upper.columns.subarray(0, upperEntries));
  columns.set(lower.columns.subarray(0, entryCount(lower)), upperEntries);
  let values: Float32Array | null = null;
  if (upper.values || lower.values) {
    values = new Float32Array(columns.length).fill(1);
    if (upper.values) values.set(upper.values.subarray(0, upperEntries));
    if (lower.values) values.set(lower.values.subarray(0, entryCount(lower)), upperEntries);
  }
  return { rows: upper.rows + lower.rows, cols: upper.cols, rowStart, columns, values };
}

/** A dense copy, row-major, rows x cols. For tests and small matrices. */
export function toDense(matrix: CsrMatrix): Float64Array {
  const dense = new Float64Array(matrix.rows * matrix.cols);
  for (let r = 0; r < matrix.rows; r++) {
    for (let e = matrix.rowStart[r]; e < matrix.rowStart[r + 1]; e++) {
      dense[r * matrix.cols + matrix.columns[e]] = matrix.values ? matrix.values[e] : 1;
    }
  }
  return dense;
}

/** Throws BAD_INPUT unless the matrix keeps every promise of its type. For data from outside, and for tests. */
export function checkCsr(matrix: CsrMatrix): void {
  const fail = (what: string): never => {
    throw new StarlingError('BAD_INPUT', `not a valid sparse matrix: ${what}`);
  };
  const { rows, cols, rowStart, columns, values } = matrix;
  if (rowStart.length !== rows + 1) fail(`rowStart has ${rowStart.length} entries, expected ${rows + 1}`);
  if (rowStart[0] !== 0) fail(`rowStart begins with ${rowStart[0]}, expected 0`);
  if (rowStart[rows] > columns.length)
    fail(`rowStart ends at ${rowStart[rows]}, beyond ${columns.length} entries`);
  if (values && values.length < rowStart[rows]) fail(`${values.length} values for ${rowStart[rows]} entries`);
  for (let r = 0; r < rows; r++) {
    if (rowStart[r + 1] < rowStart[r]) fail(`rowStart falls at row ${r}`);
    for (let e = rowStart[r]; e < rowStart[r + 1]; e++) {
      if (columns[e] >= cols) fail(`row ${r} names column ${columns[e]} of ${cols}`);
      if (e > rowStart[r] && columns[e] <= columns[e - 1]) fail(`row ${r} does not ascend at entry ${e}`);
      if (values && !Number.isFinite(values[e])) fail(`row ${r} holds the value ${values[e]}`);
    }
  }
}
