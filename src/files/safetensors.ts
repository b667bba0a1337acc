/**
 * Tensors in a file, in the safetensors format: 8 bytes little-endian length, a JSON header with name, dtype, shape and
 * offsets, then the numbers: F32, or I8 with a scale for each row. Whatever a file claims is checked before it is believed.
 */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { StarlingError } from '../errors.ts';
import { quantise } from './quantised.ts';
import {
  LARGEST_HEADER,
  type NamedTensor,
  parseHeader,
  scaleName,
  type TensorEntry,
  tensorsOf,
} from './safetensors-header.ts';

export type { NamedTensor };

/** Bytes per read or write; system calls move at most 2 GiB. */
const PIECE = 1 << 28;

/** What stands before the numbers in a file of these tensors. */
export function tensorFileStart(tensors: readonly NamedTensor[]): Uint8Array {
  return startOf(tensors.map(asNumbers));
}

function startOf(tensors: readonly Stored[]): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { format: 'starling' } };
  let offset = 0;
  for (const { name, dtype, shape, data } of tensors) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = JSON.stringify(header);
  // Spaces up to a multiple of 8, so that a reader that maps the file finds the numbers aligned.
  const text = Buffer.from(json + ' '.repeat((8 - (Buffer.byteLength(json) % 8)) % 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text]);
}

/** As it stands in the file. */
interface Stored {
  readonly name: string;
  readonly dtype: TensorEntry['dtype'];
  readonly shape: readonly number[];
  readonly data: Float32Array | Int8Array;
}

const asNumbers = ({ name, shape, data }: NamedTensor): Stored => ({ name, dtype: 'F32', shape, data });

/** A matrix in bytes is two tensors. Bytes stand last, so that the numbers before them are aligned. */
function stored(tensors: readonly NamedTensor[]): Stored[] {
  const bytes: Stored[] = [];
  const numbers = tensors.map((tensor): Stored => {
    if (!tensor.inBytes) return asNumbers(tensor);
    const { name, shape } = tensor;
    const quantised = quantise(tensor.data, shape[0]);
    bytes.push({ name, dtype: 'I8', shape, data: quantised.bytes });
    return { name: scaleName(name), dtype: 'F32', shape: [shape[0]], data: quantised.scales };
  });
  return [...numbers, ...bytes];
}

/** Writes the file and waits until the disk has it. */
export async function writeTensors(path: string, tensors: readonly NamedTensor[]): Promise<void> {
  const file = await open(path, 'w');
  try {
    const all = stored(tensors);
    await writeAll(file, startOf(all));
    for (const { data } of all) {
      await writeAll(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += (await file.write(bytes, at, Math.min(PIECE, bytes.length - at))).bytesWritten;
  }
}

/**
 * Reads all tensors of a file.
 * @throws StarlingError BAD_MODEL when the file is not what it should be; the system's error when it cannot be opened
 */
export async function readTensors(path: string): Promise<Map<string, NamedTensor>> {
  // Asked before it is opened: to open a pipe would wait for somebody who writes.
  if (!(await stat(path)).isFile()) throw new StarlingError('BAD_MODEL', `${path} is no file`);
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const refuse = (what: string): never => {
      throw new StarlingError('BAD_MODEL', `${path}: ${what}`, 'Train the model again, or copy it again.');
    };
    if (size < 8) refuse(`is ${size} bytes long, too short for a safetensors file`);
    const length = Number(Buffer.from(await readAt(file, 0, 8)).readBigUInt64LE());
    if (length > LARGEST_HEADER || 8 + length > size) refuse('is damaged or no safetensors file');
    const text = Buffer.from(await readAt(file, 8, length)).toString('utf8');
    const numbersAt = 8 + length;
    const entries = parseHeader(text, size - numbersAt, refuse);
    const buffers: ArrayBuffer[] = [];
    for (const { begin, end } of entries) {
      const bytes = new Uint8Array(end - begin);
      await readInto(file, numbersAt + begin, bytes, path);
      buffers.push(bytes.buffer);
    }
    return tensorsOf(entries, buffers, refuse);
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  await readInto(file, position, bytes, '');
  return bytes;
}

async function readInto(file: FileHandle, position: number, bytes: Uint8Array, path: string): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, at, Math.min(PIECE, bytes.length - at), position + at);
    if (bytesRead === 0) throw new StarlingError('BAD_MODEL', `${path}: ends too early`);
    at += bytesRead;
  }
}
