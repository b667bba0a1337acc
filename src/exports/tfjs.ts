/**
 * The network as a TensorFlow.js graph model: model.json and its weights in shards. One model with two ways in, since
 * TensorFlow.js runs only what an asked-for output needs:
 *
 * - `x` (reviews x terms) → `rating`, `distribution`; this is the model's signature, so `predict` works.
 * - `ids` and `values` (both reviews x places, padded with the id 0 and the value 0) → `rating_of_ids`,
 *   `distribution_of_ids`, by `execute`. TensorFlow.js has no sparse tensors; this is the sparse way.
 */
import { VERSION } from '../version.ts';
import { describe, type ExportContent, type ExportFile, firstNegated, termCount } from './content.ts';

/** Bytes per file of weights, as TensorFlow's own converter has it: browsers keep files of that size in their cache. */
const SHARD = 4 * 1024 * 1024;

type Attribute = Readonly<Record<string, unknown>>;
interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, Attribute>>;
}
interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly data: Float32Array | Int32Array;
}

const FLOAT: Attribute = { type: 'DT_FLOAT' };
const INT: Attribute = { type: 'DT_INT32' };

export function tfjsFiles(content: ExportContent): ExportFile[] {
  const { nodes, weights } = buildGraph(content);
  const shards = shardsOf(weights);
  const paths = shards.map((_, i) => `group1-shard${i + 1}of${shards.length}.bin`);
  const outputs = content.head.kind === 'softmax' ? ['rating', 'distribution'] : ['rating'];
  const model = {
    format: 'graph-model',
    generatedBy: `starling ${VERSION}`,
    convertedBy: null,
    signature: {
      inputs: { x: tensorInfo('x', [-1, termCount(content)]) },
      outputs: Object.fromEntries(
        outputs.map((name) => [
          name,
          tensorInfo(name, name === 'rating' ? [-1] : [-1, content.head.levels.length]),
        ]),
      ),
    },
    userDefinedMetadata: { starling: describe(content, 'tfjs') },
    modelTopology: { node: nodes, library: {}, versions: { producer: 1000 } },
    weightsManifest: [{ paths, weights: weights.map(({ name, shape, dtype }) => ({ name, shape, dtype })) }],
  };
  return [
    { name: 'model.json', pieces: [new TextEncoder().encode(JSON.stringify(model))] },
    ...shards.map((pieces, i) => ({ name: paths[i], pieces })),
  ];
}

/** The weights one after another, cut into files of SHARD bytes; nothing is copied. */
function shardsOf(weights: readonly Weight[]): Uint8Array[][] {
  const shards: Uint8Array[][] = [];
  let room = 0;
  for (const { data } of weights) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    for (let at = 0; at < bytes.length; ) {
      if (room === 0) {
        shards.push([]);
        room = SHARD;
      }
      const piece = bytes.subarray(at, at + room);
      shards[shards.length - 1].push(piece);
      at += piece.length;
      room -= piece.length;
    }
  }
  return shards;
}

function tensorInfo(name: string, shape: readonly number[]): Attribute {
  return { name: `${name}:0`, dtype: 'DT_FLOAT', tensorShape: shapeOf(shape) };
}

function shapeOf(shape: readonly number[]): Attribute {
  return { dim: shape.map((size) => ({ size: String(size) })) };
}

function buildGraph(content: ExportContent): { nodes: GraphNode[]; weights: Weight[] } {
  const graph = new GraphBuilder();
  const layers = [...content.hidden, content.output];
  layers.forEach(({ inputs, units, weights, bias }, i) => {
    graph.constant(`weights_${i}`, weights, [inputs, units]);
    graph.constant(`bias_${i}`, bias);
  });
  const x = graph.placeholder('x', FLOAT, [-1, termCount(content)]);
  follow(content, graph, '', graph.add('dense', 'MatMul', [x, 'weights_0'], NOT_TRANSPOSED));

  const ids = graph.placeholder('ids', INT, [-1, -1]);
  const values = graph.placeholder('values', FLOAT, [-1, -1]);
  const rows = graph.add('rows', 'GatherV2', ['weights_0', ids, graph.int('axis_0', 0)]);
  const lined = graph.add('lined', 'ExpandDims', [values, graph.int('axis_1', 1)]);
  const products = graph.add('products', 'BatchMatMulV2', [lined, rows], { adj_x: NO, adj_y: NO });
  const shape = graph.constant('sums_shape', Int32Array.of(-1, layers[0].units));
  follow(content, graph, '_of_ids', graph.add('sums', 'Reshape', [products, shape]));
  return graph;
}

const NO: Attribute = { b: false };
const NOT_TRANSPOSED = { transpose_a: NO, transpose_b: NO };

/** From the first product to the outputs; `suffix` keeps the names of the two ways apart. */
function follow(content: ExportContent, graph: GraphBuilder, suffix: string, product: string): void {
  const { hidden, head } = content;
  let z = product;
  hidden.forEach((_, i) => {
    const biased = graph.add(`z_${i}${suffix}`, 'AddV2', [z, `bias_${i}`]);
    const h = activation(content, graph, i, suffix, biased);
    z = graph.add(`product_${i + 1}${suffix}`, 'MatMul', [h, `weights_${i + 1}`], NOT_TRANSPOSED);
  });
  const out = graph.add(`out${suffix}`, 'AddV2', [z, `bias_${hidden.length}`]);
  const { levels } = head;
  const flat = graph.constant('flat', Int32Array.of(-1));
  if (head.kind === 'softmax') {
    const p = graph.add(`distribution${suffix}`, 'Softmax', [out]);
    const scale = graph.constant('levels', Float32Array.from(levels), [levels.length, 1]);
    const expected = graph.add(`expected${suffix}`, 'MatMul', [p, scale], NOT_TRANSPOSED);
    graph.add(`rating${suffix}`, 'Reshape', [expected, flat]);
    return;
  }
  const scaled = graph.add(`scaled${suffix}`, 'Mul', [out, graph.float('std', head.std)]);
  const centred = graph.add(`centred${suffix}`, 'AddV2', [scaled, graph.float('mean', head.mean)]);
  const atLeast = graph.add(`at_least${suffix}`, 'Maximum', [centred, graph.float('lowest', levels[0])]);
  const highest = graph.float('highest', levels[levels.length - 1]);
  graph.add(`rating${suffix}`, 'Reshape', [
    graph.add(`at_most${suffix}`, 'Minimum', [atLeast, highest]),
    flat,
  ]);
}

function activation(
  content: ExportContent,
  graph: GraphBuilder,
  layer: number,
  suffix: string,
  z: string,
): string {
  const { activation: name, alpha } = content.options;
  const { units } = content.hidden[layer];
  const add = (what: string, op: string, input: readonly string[], attr = {}): string =>
    graph.add(`${what}_${layer}${suffix}`, op, input, attr);
  let h: string;
  if (name === 'rectifier') h = add('h', 'Relu', [z]);
  else if (name === 'tanh') h = add('h', 'Tanh', [z]);
  else if (name === 'sigmoid') h = add('h', 'Sigmoid', [z]);
  else if (name === 'leaky') h = add('h', 'LeakyRelu', [z], { alpha: { f: 0.01 } });
  else if (name === 'softplus') {
    const sharpness = graph.float('alpha', alpha);
    h = add('h', 'RealDiv', [add('soft', 'Softplus', [add('sharp', 'Mul', [z, sharpness])]), sharpness]);
  } else h = integrateAndFire(graph, add, z);
  const from = firstNegated(content, layer);
  if (from === units) return h;
  const signs = Float32Array.from({ length: units }, (_, unit) => (unit < from ? 1 : -1));
  return add('signed', 'Mul', [h, graph.constant(`signs_${layer}`, signs)]);
}

/** 1 / (log(1 + 1 / (z - 1)) + 1) above the threshold 1, else 0: see src/kernels/activations.c. */
function integrateAndFire(
  graph: GraphBuilder,
  add: (what: string, op: string, input: readonly string[]) => string,
  z: string,
): string {
  const one = graph.float('unit', 1);
  const over = add('over', 'Maximum', [add('above', 'Sub', [z, one]), graph.float('least', 1e-12)]);
  const log = add('log', 'Log1p', [add('inverse', 'RealDiv', [one, over])]);
  const rate = add('rate', 'RealDiv', [one, add('time', 'AddV2', [log, one])]);
  // The rate is finite everywhere, so the silent units are multiplied away rather than chosen.
  const fires = graph.addCast(add('fires', 'Greater', [z, one]));
  return add('h', 'Mul', [rate, fires]);
}

class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly weights: Weight[] = [];

  add(name: string, op: string, input: readonly string[], attr: GraphNode['attr'] = {}): string {
    this.nodes.push({ name, op, input, attr: { T: FLOAT, ...attr } });
    return name;
  }

  addCast(input: string): string {
    const name = `${input}_as_number`;
    this.nodes.push({ name, op: 'Cast', input: [input], attr: { SrcT: { type: 'DT_BOOL' }, DstT: FLOAT } });
    return name;
  }

  placeholder(name: string, dtype: Attribute, shape: readonly number[]): string {
    this.nodes.push({
      name,
      op: 'Placeholder',
      input: [],
      attr: { dtype, shape: { shape: shapeOf(shape) } },
    });
    return name;
  }

  float(name: string, value: number): string {
    return this.constant(name, Float32Array.of(value), []);
  }

  int(name: string, value: number): string {
    return this.constant(name, Int32Array.of(value), []);
  }

  /** A constant that is asked for twice is kept once. */
  constant(name: string, data: Float32Array | Int32Array, shape: readonly number[] = [data.length]): string {
    if (this.weights.some((weight) => weight.name === name)) return name;
    const isFloat = data instanceof Float32Array;
    const dtype = isFloat ? FLOAT : INT;
    this.nodes.push({ name, op: 'Const', input: [], attr: { dtype, value: { tensor: {} } } });
    this.weights.push({ name, shape, dtype: isFloat ? 'float32' : 'int32', data });
    return name;
  }
}
