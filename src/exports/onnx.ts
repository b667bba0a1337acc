/**
 * The network as ONNX graphs of standard operators, in two files, since an ONNX file has one set of inputs:
 *
 * - `dense.onnx`: x, reviews x terms.
 * - `ids.onnx`: ids and values of all reviews one after another, and the offset at which each review begins, which is
 *   the input of an embedding bag. ONNX has no such operator, and onnxruntime adds into a scattered output from several
 *   threads at once; so the ids are laid out as reviews x (ids of the longest review), padded with the value 0, and each
 *   review is one product of its values with the rows of its ids.
 *
 * Both give `rating` (reviews) and, with a softmax head, `distribution` (reviews x levels).
 */
import type { LayerData } from '../network/network.ts';
import { VERSION } from '../version.ts';
import { describe, type ExportContent, type ExportFile, firstNegated, termCount } from './content.ts';
import { type OnnxGraph, type OnnxNode, type OnnxTensor, type OnnxValue, onnxBytes } from './onnx-format.ts';

export function onnxFiles(content: ExportContent): ExportFile[] {
  return [
    { name: 'dense.onnx', pieces: onnxBytes(denseGraph(content)) },
    { name: 'ids.onnx', pieces: onnxBytes(idsGraph(content)) },
  ];
}

export function denseGraph(content: ExportContent): OnnxGraph {
  const graph = new GraphBuilder();
  const first = content.hidden[0] ?? content.output;
  const product = graph.add('MatMul', ['x', graph.matrix('weights_0', first)]);
  const inputs: OnnxValue[] = [{ name: 'x', type: 'float', shape: ['reviews', termCount(content)] }];
  return finished(content, graph, inputs, product, 'A row of x holds the value of each term in a review.');
}

export function idsGraph(content: ExportContent): OnnxGraph {
  const graph = new GraphBuilder();
  const first = content.hidden[0] ?? content.output;
  const zero = graph.ints('zero', [0]);
  const one = graph.ints('one', [1]);
  // One more entry, the term 0 with the value 0, which the padding names.
  const ids = graph.add('Concat', ['ids', zero], { axis: 0 });
  const values = graph.add('Concat', ['values', graph.floats('no_value', [0])], { axis: 0 });
  const entries = graph.add('Shape', ['ids']);
  const later = graph.add('Slice', ['offsets', one, graph.ints('last', [Number.MAX_SAFE_INTEGER])]);
  const ends = graph.add('Concat', [later, entries], { axis: 0 });
  const lengths = graph.add('Sub', [ends, 'offsets']);
  const longest = graph.add('ReduceMax', [lengths], { keepdims: 0 });
  const scalarOne = graph.ints('scalar_one', [1], []);
  const width = graph.add('Max', [longest, scalarOne]);
  const steps = graph.add('Range', [graph.ints('scalar_zero', [0], []), width, scalarOne]);
  const starts = graph.add('Unsqueeze', ['offsets', one]);
  const places = graph.add('Add', [starts, steps]);
  const inside = graph.add('Less', [places, graph.add('Unsqueeze', [ends, one])]);
  const taken = graph.add('Where', [inside, places, entries]);
  const rows = graph.add('Gather', [graph.matrix('weights_0', first), graph.add('Gather', [ids, taken])]);
  const weights = graph.add('Unsqueeze', [graph.add('Gather', [values, taken]), one]);
  const product = graph.add('Squeeze', [graph.add('MatMul', [weights, rows]), one]);
  const inputs: OnnxValue[] = [
    { name: 'ids', type: 'int64', shape: ['entries'] },
    { name: 'values', type: 'float', shape: ['entries'] },
    { name: 'offsets', type: 'int64', shape: ['reviews'] },
  ];
  return finished(
    content,
    graph,
    inputs,
    product,
    'The terms of all reviews one after another with their values; offsets[r] is where review r begins.',
  );
}

/** What follows the first product is the same for both. */
function finished(
  content: ExportContent,
  graph: GraphBuilder,
  inputs: readonly OnnxValue[],
  product: string,
  description: string,
): OnnxGraph {
  const { hidden, output, vectorizer } = content;
  let z = product;
  hidden.forEach((layer, i) => {
    const h = activation(content, graph, i, graph.add('Add', [z, graph.floats(`bias_${i}`, layer.bias)]));
    const next = hidden[i + 1] ?? output;
    z = graph.add('MatMul', [h, graph.matrix(`weights_${i + 1}`, next)]);
  });
  const out = graph.add('Add', [z, graph.floats(`bias_${hidden.length}`, output.bias)]);
  return {
    name: 'starling',
    description,
    inputs,
    outputs: rating(content, graph, out),
    tensors: graph.tensors,
    nodes: graph.nodes,
    producerVersion: VERSION,
    metadata: {
      'starling.export': JSON.stringify(describe(content, 'onnx')),
      'starling.vocabulary': JSON.stringify(vectorizer.toJSON()),
    },
  };
}

function activation(content: ExportContent, graph: GraphBuilder, layer: number, z: string): string {
  const { activation: name, alpha } = content.options;
  const { units } = content.hidden[layer];
  let h: string;
  if (name === 'rectifier') h = graph.add('Relu', [z]);
  else if (name === 'tanh') h = graph.add('Tanh', [z]);
  else if (name === 'sigmoid') h = graph.add('Sigmoid', [z]);
  else if (name === 'leaky') h = graph.add('LeakyRelu', [z], { alpha: 0.01 });
  else if (name === 'softplus') h = softplus(graph, z, alpha);
  else h = integrateAndFire(graph, z);
  const from = firstNegated(content, layer);
  if (from === units) return h;
  const signs = Float32Array.from({ length: units }, (_, unit) => (unit < from ? 1 : -1));
  return graph.add('Mul', [h, graph.floats(`signs_${layer}`, signs)]);
}

function softplus(graph: GraphBuilder, z: string, alpha: number): string {
  if (alpha === 1) return graph.add('Softplus', [z]);
  const sharpness = graph.floats('alpha', [alpha]);
  return graph.add('Div', [graph.add('Softplus', [graph.add('Mul', [z, sharpness])]), sharpness]);
}

/** 1 / (log(1 + 1 / (z - 1)) + 1) above the threshold 1, else 0: see src/kernels/activations.c. */
function integrateAndFire(graph: GraphBuilder, z: string): string {
  const one = graph.floats('unit', [1]);
  const over = graph.add('Max', [graph.add('Sub', [z, one]), graph.floats('least', [1e-12])]);
  const log = graph.add('Log', [graph.add('Add', [graph.add('Div', [one, over]), one])]);
  const rate = graph.add('Div', [one, graph.add('Add', [log, one])]);
  return graph.add('Where', [graph.add('Greater', [z, one]), rate, graph.floats('silence', [0])]);
}

function rating({ head }: ExportContent, graph: GraphBuilder, out: string): OnnxValue[] {
  const { levels } = head;
  const ratings: OnnxValue = { name: 'rating', type: 'float', shape: ['reviews'] };
  const axis = graph.ints('axis_1', [1]);
  if (head.kind === 'softmax') {
    graph.add('Softmax', [out], { axis: 1 }, 'distribution');
    const scale = graph.floats('levels', levels, [levels.length, 1]);
    graph.add('Squeeze', [graph.add('MatMul', ['distribution', scale]), axis], {}, 'rating');
    return [ratings, { name: 'distribution', type: 'float', shape: ['reviews', levels.length] }];
  }
  const scaled = graph.add('Mul', [out, graph.floats('std', [head.std])]);
  const centred = graph.add('Add', [scaled, graph.floats('mean', [head.mean])]);
  const ends = [
    graph.floats('lowest', [levels[0]], []),
    graph.floats('highest', [levels[levels.length - 1]], []),
  ];
  graph.add('Squeeze', [graph.add('Clip', [centred, ...ends]), axis], {}, 'rating');
  return [ratings];
}

/** Nodes and tensors with names that do not collide; a tensor that is asked for twice is kept once. */
class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly tensors: OnnxTensor[] = [];

  /** Adds a node and returns the name of its output. */
  add(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, number>> = {},
    output = `${op.toLowerCase()}_${this.nodes.length}`,
  ): string {
    this.nodes.push({ op, inputs, output, attributes });
    return output;
  }

  matrix(name: string, { inputs, units, weights }: LayerData): string {
    return this.tensor({ name, shape: [inputs, units], data: weights });
  }

  floats(name: string, data: ArrayLike<number>, shape: readonly number[] = [data.length]): string {
    return this.tensor({ name, shape, data: Float32Array.from(data) });
  }

  ints(name: string, data: readonly number[], shape: readonly number[] = [data.length]): string {
    return this.tensor({ name, shape, data: BigInt64Array.from(data, BigInt) });
  }

  private tensor(tensor: OnnxTensor): string {
    if (!this.tensors.some(({ name }) => name === tensor.name)) this.tensors.push(tensor);
    return tensor.name;
  }
}
