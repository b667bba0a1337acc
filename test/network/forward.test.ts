import { expect, test } from 'vitest';
import { canRun, createEngine, engineKinds } from '../../src/kernels/node-engine.ts';
import { affine } from '../../src/network/forward.ts';
import { createMatrix, fillMatrix } from '../../src/network/matrix.ts';
import { createLayer } from '../../src/network/network.ts';
import { SparseBatch } from '../../src/network/sparse-batch.ts';
import { RandomStream } from '../../src/random.ts';

const kinds = engineKinds.filter((kind) => kind !== 'reference' && canRun(kind));

test.each(kinds)('%s: the dense product and the one that skips zeros give the same bytes', (kind) => {
  const engine = createEngine(1, kind);
  const random = RandomStream.fromSeed(3);
  const [batch, inputs, units] = [11, 150, 90];
  const layer = createLayer(engine, inputs, units, random);
  layer.bias.set(Float32Array.from({ length: units }, (_, c) => random.split('bias').uniform(c)));
  const h = createMatrix(engine.arena, batch, inputs);
  // A fifth are zeros: few enough that the dense product is taken.
  fillMatrix(h, (r, c) => Math.max(0, random.split('h').uniform(r * inputs + c) - 0.2));
  const codes = new SparseBatch(engine, batch, inputs);
  codes.compress(engine, h, batch, false);
  expect(codes.entries).toBeLessThan(batch * inputs);
  expect(codes.entries).toBeGreaterThan(0.7 * batch * inputs);
  const [dense, sparse] = [
    createMatrix(engine.arena, batch, units),
    createMatrix(engine.arena, batch, units),
  ];
  const calls: string[] = [];
  const watched = {
    ...engine,
    run: (...args: Parameters<typeof engine.run>) => {
      calls.push(args[0]);
      engine.run(...args);
    },
  } as typeof engine;
  affine(watched, codes, layer, dense, h);
  affine(watched, codes, layer, sparse);
  expect(calls).toEqual(['dense_product', 'rows_sum']);
  expect(dense.data).toEqual(sparse.data);
  expect(Math.max(...dense.data)).toBeGreaterThan(0);
});
