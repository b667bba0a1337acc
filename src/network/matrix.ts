/** Dense matrices in the arena, in the panel layout of the kernels (see kernels.h), and their conversion to row-major. */
import type { Arena } from '../kernels/arena.ts';
import { paddedWidth, panelCount, panelIndex } from '../kernels/ops.ts';

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
  const out = new Float32Array(matrix.rows * matrix.cols);
  for (let r = 0; r < matrix.rows; r++) {
    for (let c = 0; c < matrix.cols; c++) {
      out[r * matrix.cols + c] = matrix.data[panelIndex(r, c, matrix.rows, matrix.width)];
    }
  }
  return out;
}

/** Fills the matrix from rows x cols floats, row-major. */
export function setRowMajor(matrix: Matrix, values: Float32Array): void {
  fillMatrix(matrix, (r, c) => values[r * matrix.cols + c]);
}
