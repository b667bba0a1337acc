/** Dense matrices in the arena, in the panel layout of the kernels (see kernels.h), and their conversion to row-major. */
import type { Arena } from '../kernels/arena.ts';
import { PANEL, paddedWidth, panelCount, panelIndex } from '../kernels/ops.ts';

export interface Matrix {
  readonly rows: number;
  /** True columns; those from here up to `width` are padding and stay 0. */
  readonly cols: number;
  readonly width: number;
  readonly panels: number;
  /** rows x width floats; its byteOffset is what kernels take. */
  readonly data: Float32Array;
}

/** A zero matrix. */
export function createMatrix(arena: Arena, rows: number, cols: number): Matrix {
  const width = paddedWidth(cols);
  return { rows, cols, width, panels: panelCount(width), data: arena.f32(rows * width) };
}

/** Fills the true columns with value(row, column). */
export function fillMatrix(matrix: Matrix, value: (row: number, column: number) => number): void {
  for (let c = 0; c < matrix.cols; c++) {
    for (let r = 0; r < matrix.rows; r++) {
      matrix.data[panelIndex(r, c, matrix.rows, matrix.width)] = value(r, c);
    }
  }
}

/** rows x cols floats, row-major. */
export function toRowMajor(matrix: Matrix): Float32Array {
  const { data } = matrix;
  const out = new Float32Array(matrix.rows * matrix.cols);
  eachPiece(matrix, (inPanels, inRows, length) => {
    for (let k = 0; k < length; k++) out[inRows + k] = data[inPanels + k];
  });
  return out;
}

/** Fills the matrix from rows x cols floats, row-major. */
export function setRowMajor(matrix: Matrix, values: Float32Array): void {
  const { data } = matrix;
  eachPiece(matrix, (inPanels, inRows, length) => {
    for (let k = 0; k < length; k++) data[inPanels + k] = values[inRows + k];
  });
}

/**
 * What is contiguous both in panels and in row-major order: the part of a row in a panel, without padding. Row by row, so
 * that the row-major side is touched once, from beginning to end.
 */
function eachPiece(
  { rows, cols, width }: Matrix,
  piece: (inPanels: number, inRows: number, length: number) => void,
): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c += PANEL) {
      piece(panelIndex(r, c, rows, width), r * cols + c, Math.min(PANEL, cols - c));
    }
  }
}

/** into += factor times a row; both over the true columns, in float64. */
export function addMatrixRow(matrix: Matrix, row: number, factor: number, into: Float64Array): void {
  for (let c = 0; c < matrix.cols; c += PANEL) {
    const at = panelIndex(row, c, matrix.rows, matrix.width);
    const end = Math.min(PANEL, matrix.cols - c);
    for (let k = 0; k < end; k++) into[c + k] += factor * matrix.data[at + k];
  }
}

/** The product of a row with a vector over the true columns, in float64. */
export function dotMatrixRow(matrix: Matrix, row: number, by: Float64Array): number {
  let sum = 0;
  for (let c = 0; c < matrix.cols; c += PANEL) {
    const at = panelIndex(row, c, matrix.rows, matrix.width);
    const end = Math.min(PANEL, matrix.cols - c);
    for (let k = 0; k < end; k++) sum += matrix.data[at + k] * by[c + k];
  }
  return sum;
}
