/**
 * What the node side and the peers hand each other: a task as JSON, matrices and weights as raw files. Not a format for
 * users: everything is little-endian and shapes travel beside the bytes, so that a peer spends no time on parsing and no
 * run can differ from another in what it was given. The Python half is exchange.py.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const MAGIC = 0x31525343; // "CSR1"

/** The decoder's initial weights begin here among the numbers of hashedUniform, the encoder's at 0. */
export const DECODER_SALT = 0x9e3779b9;

/** The task of a contender program: its one JSON argument. */
export function readTask() {
  return JSON.parse(process.argv[2]);
}

/** The result of a contender program: the last line of its stdout. */
export function writeResult(result) {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** Words to people, on stderr. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** @param matrix a binary CsrMatrix */
export function writeCsr(path, { rows, cols, rowStart, columns }) {
  const words = new Uint32Array(4 + rows + 1 + columns.length);
  words.set([MAGIC, rows, cols, columns.length]);
  words.set(rowStart.subarray(0, rows + 1), 4);
  words.set(columns, 5 + rows);
  writeFileSync(path, new Uint8Array(words.buffer));
}

export function readCsr(path) {
  const bytes = readFileSync(path);
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const [magic, rows, cols, entries] = words;
  if (magic !== MAGIC || words.length !== 5 + rows + entries)
    throw new Error(`${path}: not a matrix written by exchange.mjs`);
  return {
    rows,
    cols,
    rowStart: words.subarray(4, 5 + rows),
    columns: words.subarray(5 + rows),
    values: null,
  };
}

export function writeFloats(path, values) {
  writeFileSync(path, new Uint8Array(Float32Array.from(values).buffer));
}

export function readFloats(path) {
  const bytes = new Uint8Array(readFileSync(path));
  return new Float32Array(bytes.buffer, 0, bytes.length / 4);
}

/** An encoder that PyTorch wrote: weights (inputs x units, row-major), then one bias per unit. */
export function readEncoder(path, inputs, units) {
  const floats = readFloats(path);
  if (floats.length !== inputs * units + units)
    throw new Error(`${path}: not an encoder of ${inputs} x ${units}`);
  return {
    inputs,
    units,
    weights: floats.slice(0, inputs * units),
    bias: floats.slice(inputs * units),
  };
}

/** The numbers in [-bound, bound) that hashed_uniform in exchange.py gives. */
export function hashedUniform(count, salt, bound) {
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let x = (i + salt) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    x = (x ^ (x >>> 16)) >>> 0;
    out[i] = (x / 2 ** 31 - 1) * bound;
  }
  return out;
}

/** First 12 hexadecimal digits of the SHA-256 of the bytes. */
export function checksum(...arrays) {
  const hash = createHash('sha256');
  for (const array of arrays) hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return hash.digest('hex').slice(0, 12);
}

export function rootMeanSquaredError(predicted, actual) {
  let squares = 0;
  for (let i = 0; i < actual.length; i++) squares += (predicted[i] - actual[i]) ** 2;
  return Math.sqrt(squares / actual.length);
}
