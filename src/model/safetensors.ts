/**
 * Tensors in a file, in the safetensors format: 8 bytes little-endian length, a JSON header with name, dtype, shape and
 * offsets, then the numbers. Only F32 is written or read. Whatever a file claims is checked before it is believed.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { StarlingError } from '../errors.ts';

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major, as many as the product of the shape. */
  readonly data: Float32Array;
}

const LARGEST_HEADER = 10_000_000;
/** Bytes per read or write; system calls move at most 2 GiB. */
const PIECE = 1 << 28;

/** Writes the file and waits until the disk has it. */
export async function writeTensors(path: string, tensors: readonly NamedTensor[]): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: { format: 'starling' } };
  let offset = 0;
  for (const { name, shape, data } of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = JSON.stringify(header);
  // Spaces up to a multiple of 8, so that a reader that maps the file finds the numbers aligned.
  const text = Buffer.from(json + ' '.repeat((8 - (Buffer.byteLength(json) % 8)) % 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const file = await open(path, 'w');
  try {
    await writeAll(file, length);
    await writeAll(file, text);
    for (const { data } of tensors) {
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
    const tensors = new Map<string, NamedTensor>();
    for (const { name, shape, begin, end } of entries) {
      const data = new Float32Array((end - begin) / 4);
      await readInto(file, numbersAt + begin, new Uint8Array(data.buffer), path);
      const bad = data.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) refuse(`the tensor "${name}" holds ${data[bad]} at ${bad}, expected finite numbers`);
      tensors.set(name, { name, shape, data });
    }
    return tensors;
  } finally {
    await file.close();
  }
}

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The header's entries in the order of their numbers, which must fill the rest of the file without a gap. */
function parseHeader(text: string, bytes: number, refuse: (what: string) => never): Entry[] {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    return refuse('its header is no JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    return refuse('its header is no object');
  }
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
    if (dtype !== 'F32') refuse(`the tensor "${name}" has the type ${JSON.stringify(dtype)}, expected F32`);
    if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
      return refuse(`the tensor "${name}" has no sound shape and offsets`);
    }
    const [begin, end] = offsets;
    if (end - begin !== 4 * shape.reduce((a, b) => a * b, 1)) {
      refuse(`the tensor "${name}" of the shape [${shape.join(', ')}] has ${end - begin} bytes`);
    }
    entries.push({ name, shape, begin, end });
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

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
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
