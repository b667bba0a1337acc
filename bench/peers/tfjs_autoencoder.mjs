/**
 * The dense autoencoder of torch_autoencoder.py in TensorFlow.js (tfjs-core, WASM backend): what a JavaScript user would
 * otherwise write. tfjs has no sparse tensors, so that the minibatch is dense. A few minibatches: speed only.
 *
 * Task and result as torch_autoencoder.py; no encoder is written.
 */

import * as wasm from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { checksum, DECODER_SALT, hashedUniform, readCsr, readTask, say, writeResult } from './exchange.mjs';

const CHECKED_REVIEWS = 32;

const task = readTask();
wasm.setThreadsCount(task.threads);
await tf.setBackend('wasm');
await tf.ready();
const csr = readCsr(task.matrix);
const { cols: inputs } = csr;
const { units } = task;

/** Share of the rows that hold each column, as the logit at which the decoder begins. */
function meanLogits() {
  const means = new Float64Array(inputs);
  for (const column of csr.columns) means[column] += 1 / csr.rows;
  return Float32Array.from(means, (mean) => {
    const p = Math.min(1 - 1e-6, Math.max(1e-6, mean));
    return Math.log(p / (1 - p));
  });
}

const bound = Math.sqrt(6 / (inputs + units));
const w = tf.variable(tf.tensor2d(hashedUniform(inputs * units, 0, bound), [inputs, units]));
// units x inputs: plain products run in XNNPACK, 15 times as fast as tfjs's own with a transposed operand, so that
// operands are laid out, or transposed beforehand, to need none.
const v = tf.variable(
  tf.transpose(tf.tensor2d(hashedUniform(inputs * units, DECODER_SALT, bound), [inputs, units])),
);
const b = tf.variable(tf.zeros([units]));
const c = tf.variable(tf.tensor1d(meanLogits()));

/** Seeded uniform numbers in [0, 1), one after another: a long list of hashed ones, read in a circle. */
const uniforms = hashedUniform(1 << 22, task.seed, 0.5);
let drawn = 0;
const random = () => uniforms[drawn++ & (uniforms.length - 1)] + 0.5;

/** Dense copies of some rows: the target, and the corrupted input. */
function minibatch(rows, keepProbability) {
  const target = new Float32Array(rows.length * inputs);
  const noisy = new Float32Array(rows.length * inputs);
  rows.forEach((row, r) => {
    for (let e = csr.rowStart[row]; e < csr.rowStart[row + 1]; e++) {
      target[r * inputs + csr.columns[e]] = 1;
      if (keepProbability === 1 || random() < keepProbability) noisy[r * inputs + csr.columns[e]] = 1;
    }
  });
  return [target, noisy].map((values) => tf.tensor2d(values, [rows.length, inputs]));
}

function encode(noisy) {
  return tf.relu(tf.add(tf.matMul(noisy, w), b));
}

function decode(h) {
  return tf.add(tf.matMul(h, v), c);
}

/** Sum over the reviews of the cross-entropy, from the logits o: max(o, 0) - o t + log(1 + exp(-|o|)). */
function costOf(o, target) {
  const tail = tf.log1p(tf.exp(tf.neg(tf.abs(o))));
  const perReview = tf.sum(tf.add(tf.sub(tf.relu(o), tf.mul(o, target)), tail), 1).dataSync();
  return perReview.reduce((sum, cost) => sum + cost, 0);
}

/**
 * One step. The gradient is written out, with the fewest products there can be: tfjs-core's own gradients are not in
 * its bundle for Node, and autodiff would do the same products.
 */
function step(optimizer, rows) {
  return tf.tidy(() => {
    const [target, noisy] = minibatch(rows, 1 - task.masking);
    const h = encode(noisy);
    const o = decode(h);
    const dO = tf.div(tf.sub(tf.sigmoid(o), target), rows.length);
    const dZ = tf.mul(tf.matMul(dO, tf.transpose(v)), tf.step(h));
    optimizer.applyGradients({
      [w.name]: tf.matMul(tf.transpose(noisy), dZ),
      [b.name]: tf.sum(dZ, 0),
      [v.name]: tf.matMul(tf.transpose(h), dO),
      [c.name]: tf.sum(dO, 0),
    });
    return costOf(o, target);
  });
}

function cleanCost(rows) {
  return tf.tidy(() => {
    const [target] = minibatch(rows, 1);
    return costOf(decode(encode(target)), target);
  });
}

const firstCost = cleanCost(Array.from({ length: CHECKED_REVIEWS }, (_, r) => r)) / CHECKED_REVIEWS;
const optimizer = tf.train.adam(task.learningRate);
let cost = 0;
let began = performance.now();
let cpuBegan = process.cpuUsage();
for (let k = 0; k < task.untimed + task.minibatches; k++) {
  if (k === task.untimed) [began, cpuBegan, cost] = [performance.now(), process.cpuUsage(), 0];
  const rows = Array.from({ length: task.batchSize }, (_, r) => (k * task.batchSize + r) % csr.rows);
  cost += step(optimizer, rows);
}
const seconds = (performance.now() - began) / 1000;
const cpu = process.cpuUsage(cpuBegan);
const reviews = task.minibatches * task.batchSize;
say(`  ${(reviews / seconds).toFixed(0)} reviews/s`);
writeResult({
  firstCost,
  cost: cost / reviews,
  reviewsPerSecond: reviews / seconds,
  seconds,
  cpuSecondsPerThousand: (cpu.user + cpu.system) / 1000 / reviews,
  checksum: checksum(w.dataSync(), b.dataSync()),
  version: `tfjs ${tf.version_core}, wasm, ${wasm.getThreadsCount()} threads`,
});
