/**
 * The header of a safetensors file: which tensors, of which shape, where. Whatever it claims is checked before it is
 * believed, and so are the numbers of a tensor. Reading the file is the caller's; runs in a browser too.
 */
import { shownValue } from '../errors.ts';
import { dequantise } from './quantised.ts';

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major, as many as the product of the shape. */
  readonly data: Float32Array;
  /** Written as bytes, a scale for each row: see quantised.ts. For matrices. */
  readonly inBytes?: boolean;
}

/** Bytes. */
export const LARGEST_HEADER = 10_000_000;

/** What a file holds: numbers, or a matrix in bytes, whose scales lie beside it under `scaleName`. */
const BYTES = { F32: 4, I8: 1 } as const;

export interface TensorEntry {
  readonly name: string;
  readonly dtype: keyof typeof BYTES;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** Of the scales of the rows of a matrix in bytes (quantised.ts). */
export const scaleName = (name: string): string => `${name}.scale`;

/** The header's entries in the order of their numbers, which must fill the rest of the file without a gap. */
export function parseHeader(text: string, bytes: number, refuse: (what: string) => never): TensorEntry[] {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    return refuse('its header is no JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    return refuse('its header is no object');
  }
  const entries: TensorEntry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
    if (dtype !== 'F32' && dtype !== 'I8')
      return refuse(`the tensor "${name}" has the type ${shownValue(dtype)}, expected F32 or I8`);
    if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
      return refuse(`the tensor "${name}" has no sound shape and offsets`);
    }
    const [begin, end] = offsets;
    if (end - begin !== BYTES[dtype] * shape.reduce((a, b) => a * b, 1)) {
      refuse(`the tensor "${name}" of the shape [${shape.join(', ')}] has ${end - begin} bytes`);
    }
    entries.push({ name, dtype, shape, begin, end });
  }
  entries.sort((a, b) => a.begin - b.begin);
  let at = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== at) refuse(`the tensor "${name}" begins at ${begin}, expected ${at}`);
    at = end;
  }
  if (at !== bytes)
    refuse(`holds ${bytes} bytes of numbers, its header says ${at}: it is cut short or damaged`);
  return entries;
}

/**
 * The tensors of a file's entries. Matrices in bytes become numbers.
 * @param buffers the bytes of each entry
 */
export function tensorsOf(
  entries: readonly TensorEntry[],
  buffers: readonly ArrayBuffer[],
  refuse: (what: string) => never,
): Map<string, NamedTensor> {
  const tensors = new Map<string, NamedTensor>();
  const inBytes: { readonly name: string; readonly shape: readonly number[]; readonly bytes: Int8Array }[] =
    [];
  entries.forEach(({ name, dtype, shape }, i) => {
    if (dtype === 'I8') {
      inBytes.push({ name, shape, bytes: new Int8Array(buffers[i]) });
      return;
    }
    const data = new Float32Array(buffers[i]);
    checkNumbers(name, data, refuse);
    tensors.set(name, { name, shape, data });
  });
  for (const { name, shape, bytes } of inBytes) {
    const scales = tensors.get(scaleName(name));
    if (scales?.data.length !== shape[0])
      return refuse(`the tensor "${name}" of the type I8 has no scale for each of its rows`);
    tensors.delete(scaleName(name));
    tensors.set(name, { name, shape, data: dequantise(bytes, scales.data) });
  }
  return tensors;
}

/** Refuses the numbers of a tensor unless all are finite. */
function checkNumbers(name: string, data: Float32Array, refuse: (what: string) => never): void {
  let sum = 0;
  // Zero times a finite number is zero, times any other NaN: no branch in a loop over millions.
  for (let i = 0; i < data.length; i++) sum += 0 * data[i];
  if (sum === 0) return;
  const bad = data.findIndex((value) => !Number.isFinite(value));
  refuse(`the tensor "${name}" holds ${data[bad]} at ${bad}, expected finite numbers`);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
