/**
 * The ONNX file format: a graph of named operators into protocol buffer bytes, by the field numbers of onnx.proto (IR
 * version 8, operator set 17). Not which operators: that is onnx.ts.
 *
 * Weights are not copied: the bytes come as a list of pieces in which each tensor's numbers are its own array. The few
 * fields around them are written with pbf; a whole-schema library would be ten times the size for six messages.
 */
import { PbfWriter } from 'pbf';
import { StarlingError } from '../errors.ts';

/** Written into every file, and stated in every README. */
export const OPSET = 17;
const IR_VERSION = 8;

/** Numbers as in TensorProto.DataType. */
const TYPES = { float: 1, int64: 7 } as const;
export type ElementType = keyof typeof TYPES;

/** A number is fixed, a name stands for any number. */
export type Dimension = number | string;

export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
}

export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Whole numbers become ints unless the name is in FLOAT_ATTRIBUTES. */
  readonly attributes?: Readonly<Record<string, number>>;
}

export interface OnnxGraph {
  readonly name: string;
  readonly description: string;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly tensors: readonly OnnxTensor[];
  readonly nodes: readonly OnnxNode[];
  readonly producerVersion: string;
  /** Texts that travel in the file. */
  readonly metadata: Readonly<Record<string, string>>;
}

const FLOAT_ATTRIBUTES = new Set(['alpha']);

/** Protocol buffers end at 2 GiB; parsers read lengths as signed 32-bit numbers. */
const LARGEST = 2 ** 31 - 1;

/**
 * The bytes of the file, in pieces.
 * @throws StarlingError BAD_OPTION when the file would be larger than the format can be
 */
export function onnxBytes(graph: OnnxGraph, largest = LARGEST): Uint8Array[] {
  const tensors = graph.tensors.map(tensorPieces);
  const body = message((pbf) => {
    for (const node of graph.nodes) pbf.writeMessage(1, writeNode, node);
    pbf.writeStringField(2, graph.name);
    pbf.writeStringField(10, graph.description);
    for (const value of graph.inputs) pbf.writeMessage(11, writeValue, value);
    for (const value of graph.outputs) pbf.writeMessage(12, writeValue, value);
  });
  const content = [body, ...tensors.flatMap((pieces) => [fieldStart(5, sizeOf(pieces)), ...pieces])];
  const head = message((pbf) => {
    pbf.writeVarintField(1, IR_VERSION);
    pbf.writeStringField(2, 'starling');
    pbf.writeStringField(3, graph.producerVersion);
    pbf.writeMessage(8, writeOpset, OPSET);
    for (const entry of Object.entries(graph.metadata)) pbf.writeMessage(14, writeMetadata, entry);
  });
  const pieces = [head, fieldStart(7, sizeOf(content)), ...content];
  const size = sizeOf(pieces);
  if (size > largest) {
    throw new StarlingError(
      'BAD_OPTION',
      `the model needs ${size.toLocaleString('en-US')} bytes, and an ONNX file ends at ${largest.toLocaleString('en-US')}`,
      'Take --to safetensors, or train with fewer terms (--vocabulary-size) or units (--hidden).',
    );
  }
  return pieces;
}

function message(write: (pbf: PbfWriter) => void): Uint8Array {
  const pbf = new PbfWriter();
  write(pbf);
  return pbf.finish();
}

/** Tag of a length-delimited field, and its length. */
function fieldStart(field: number, length: number): Uint8Array {
  return message((pbf) => {
    pbf.writeVarint(field * 8 + 2);
    pbf.writeVarint(length);
  });
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** A TensorProto; the numbers are raw_data, little-endian as all machines with WebAssembly are. */
function tensorPieces({ name, shape, data }: OnnxTensor): Uint8Array[] {
  const head = message((pbf) => {
    pbf.writePackedVarint(1, [...shape]);
    pbf.writeVarintField(2, data instanceof Float32Array ? TYPES.float : TYPES.int64);
    pbf.writeStringField(8, name);
  });
  return [
    head,
    fieldStart(9, data.byteLength),
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  ];
}

function writeNode({ op, inputs, output, attributes = {} }: OnnxNode, pbf: PbfWriter): void {
  for (const input of inputs) pbf.writeStringField(1, input);
  pbf.writeStringField(2, output);
  pbf.writeStringField(3, output);
  pbf.writeStringField(4, op);
  for (const entry of Object.entries(attributes)) pbf.writeMessage(5, writeAttribute, entry);
}

function writeAttribute([name, value]: [string, number], pbf: PbfWriter): void {
  const isFloat = FLOAT_ATTRIBUTES.has(name);
  pbf.writeStringField(1, name);
  if (isFloat) pbf.writeFloatField(2, value);
  else pbf.writeVarintField(3, value);
  pbf.writeVarintField(20, isFloat ? 1 : 2);
}

function writeValue({ name, type, shape }: OnnxValue, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, writeType, { type, shape });
}

function writeType(tensor: Pick<OnnxValue, 'type' | 'shape'>, pbf: PbfWriter): void {
  pbf.writeMessage(1, writeTensorType, tensor);
}

function writeTensorType({ type, shape }: Pick<OnnxValue, 'type' | 'shape'>, pbf: PbfWriter): void {
  pbf.writeVarintField(1, TYPES[type]);
  pbf.writeMessage(2, writeShape, shape);
}

function writeShape(shape: readonly Dimension[], pbf: PbfWriter): void {
  for (const dimension of shape) pbf.writeMessage(1, writeDimension, dimension);
}

function writeDimension(dimension: Dimension, pbf: PbfWriter): void {
  if (typeof dimension === 'number') pbf.writeVarintField(1, dimension);
  else pbf.writeStringField(2, dimension);
}

function writeOpset(version: number, pbf: PbfWriter): void {
  pbf.writeVarintField(2, version);
}

function writeMetadata([key, value]: [string, string], pbf: PbfWriter): void {
  pbf.writeStringField(1, key);
  pbf.writeStringField(2, value);
}
