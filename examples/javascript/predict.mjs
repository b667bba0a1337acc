/** Rates texts with an export of a starling model to safetensors or csv, in plain JavaScript: see starling-export.mjs. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { main, readExport } from './starling-export.mjs';

/** { weights, bias } of each layer, the head last; weights are inputs x units, row-major. */
async function readSafetensors(folder, network) {
  const bytes = await readFile(join(folder, 'model.safetensors'));
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString());
  const tensor = (name) => {
    const [begin, end] = header[name].data_offsets.map((offset) => 8 + length + offset);
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset + begin, bytes.byteOffset + end));
  };
  const names = [...network.hidden.map((_, i) => `hidden.${i}`), 'head'];
  return names.map((name) => ({ weights: tensor(`${name}.weight`), bias: tensor(`${name}.bias`) }));
}

async function readCsv(folder, network) {
  const names = [...network.hidden.map((_, i) => `hidden_${i}`), 'head'];
  return Promise.all(
    names.map(async (name) => {
      const lines = (await readFile(join(folder, `${name}.csv`), 'utf8')).trimEnd().split('\n');
      const [bias, ...rows] = lines.slice(1).map((line) => line.split(',').slice(1).map(Number));
      return { weights: Float32Array.from(rows.flat()), bias: Float32Array.from(bias) };
    }),
  );
}

const functions = {
  rectifier: (z) => Math.max(z, 0),
  softplus: (z, { alpha }) => (Math.max(z, 0) * alpha + Math.log1p(Math.exp(-Math.abs(alpha * z)))) / alpha,
  tanh: (z) => Math.tanh(z),
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  leaky: (z) => (z > 0 ? z : 0.01 * z),
  lif: (z) => (z > 1 ? 1 / (1 + Math.log1p(1 / (z - 1))) : 0),
};

/** x W + b for x given by its non-zeros. */
function affine({ weights, bias }, ids, values) {
  const z = Float64Array.from(bias);
  for (let e = 0; e < ids.length; e++) {
    for (let u = 0; u < z.length; u++) z[u] += values[e] * weights[ids[e] * z.length + u];
  }
  return z;
}

function rate({ network, head, layers }, ids, values) {
  const activation = (z) => functions[network.activation](z, network);
  let z = affine(layers[0], ids, values);
  layers.slice(1).forEach((layer, i) => {
    const h = z.map((value, u) => (u < network.firstNegated[i] ? activation(value) : -activation(value)));
    z = affine(layer, [...h.keys()], h);
  });
  const { kind, levels, mean, std } = head;
  if (kind === 'linear') {
    return { rating: Math.min(levels.at(-1), Math.max(levels[0], mean + std * z[0])), distribution: null };
  }
  const most = Math.max(...z);
  const p = Array.from(z, (value) => Math.exp(value - most));
  const sum = p.reduce((a, b) => a + b, 0);
  const distribution = p.map((value) => value / sum);
  return { rating: distribution.reduce((total, value, k) => total + value * levels[k], 0), distribution };
}

await main(process.argv.slice(2), async (folder) => {
  const { network, head, transform } = await readExport(folder);
  const layers = await readSafetensors(folder, network).catch(() => readCsv(folder, network));
  return (texts) => {
    const { rowStart, columns, values } = transform(texts);
    return texts.map((_, r) => {
      const ids = columns.subarray(rowStart[r], rowStart[r + 1]);
      const ofReview = values?.subarray(rowStart[r], rowStart[r + 1]) ?? new Float32Array(ids.length).fill(1);
      return rate({ network, head, layers }, ids, ofReview);
    });
  };
});
