/**
 * The kernels' one interface. Every implementation (plain TypeScript reference, WebAssembly, native) has exactly these
 * functions over the arena; the C sources say what each does and the shapes of its arguments. Arguments are numbers:
 * addresses are byte offsets into the arena (0 for "none"), counts and numbers as they are. Each works on the units
 * begin <= unit < end of its output and nothing else, so that workers can share the units.
 */

/** Names of the kernels with the number of arguments after begin and end, in the order of their native table. */
export const kernelArity = {
  rows_sum: 9,
  dense_product: 9,
  rows_dot: 11,
  rows_update: 14,
  bias_update: 7,
  scatter_sum: 11,
  gather_block: 7,
  scatter_block: 12,
  activate: 8,
  activate_backward: 10,
  dropout: 6,
  column_max: 4,
  fill_uniform: 7,
  corrupt: 17,
  assemble: 17,
  transpose: 12,
  permute: 4,
  compress: 8,
  reconstruct: 16,
  reconstruct_block: 14,
} as const;

export type KernelName = keyof typeof kernelArity;
export const kernelNames = Object.keys(kernelArity) as KernelName[];

export type Kernel = (begin: number, end: number, ...args: number[]) => void;
export type Kernels = Readonly<Record<KernelName, Kernel>>;

/** Codes that the kernels know; the order is that of the enums in C. */
export const ACTIVATION_CODE = { rectifier: 0, softplus: 1, tanh: 2, sigmoid: 3, leaky: 4, lif: 5 } as const;
export const RECONSTRUCTION_CODE = { softplus: 0, sigmoid: 1, linear: 2, rectifier: 3 } as const;
export const OPTIMIZER_CODE = { sgd: 0, adam: 1, adagrad: 2, rmsprop: 3 } as const;

/** Columns of a panel, and the multiple to which a width is padded. */
export const PANEL = 64;
const PAD = 16;

/** Width in floats of a matrix with that many columns. */
export function paddedWidth(cols: number): number {
  return Math.ceil(cols / PAD) * PAD;
}

export function panelCount(width: number): number {
  return Math.ceil(width / PANEL);
}

export function panelWidth(panel: number, width: number): number {
  return Math.min(PANEL, width - panel * PANEL);
}

/** Index of an element of a panel matrix of `rows` x `width`. */
export function panelIndex(row: number, column: number, rows: number, width: number): number {
  const panel = Math.floor(column / PANEL);
  return panel * PANEL * rows + row * panelWidth(panel, width) + (column % PANEL);
}

/** Floats of optimizer state for n weights of one row of a panel (see optimizer.h). */
export function stateSize(kind: number, n: number): number {
  if (kind === OPTIMIZER_CODE.adagrad) return 1;
  if (kind === OPTIMIZER_CODE.rmsprop) return 2;
  return kind === OPTIMIZER_CODE.adam ? 2 * n : n;
}

/** Floats of optimizer state for a panel matrix of `rows` x `width`. */
export function stateLength(kind: number, rows: number, width: number): number {
  let perRow = 0;
  for (let p = 0; p < panelCount(width); p++) perRow += stateSize(kind, panelWidth(p, width));
  return rows * perRow;
}
