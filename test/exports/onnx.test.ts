/** The ONNX graphs against onnxruntime (its WebAssembly build, which installs without a download of its own). */
import { env, InferenceSession, Tensor } from 'onnxruntime-web';
import { describe, expect, test } from 'vitest';
import type { ExportContent } from '../../src/exports/content.ts';
import { denseGraph, idsGraph } from '../../src/exports/onnx.ts';
import { type OnnxGraph, onnxBytes } from '../../src/exports/onnx-format.ts';
import { contentOf, KINDS } from './models.ts';

env.wasm.numThreads = 1;

const open = (graph: OnnxGraph): Promise<InferenceSession> =>
  InferenceSession.create(new Uint8Array(Buffer.concat(onnxBytes(graph))));

/** Rows of term ids and values, laid out for ids.onnx. */
function bagOf(
  rows: readonly { ids: readonly number[]; values: readonly number[] }[],
): Record<string, Tensor> {
  let at = 0;
  const offsets = rows.map(({ ids }) => {
    const offset = at;
    at += ids.length;
    return BigInt(offset);
  });
  return {
    ids: new Tensor('int64', BigInt64Array.from(rows.flatMap(({ ids }) => ids.map(BigInt))), [at]),
    values: new Tensor('float32', Float32Array.from(rows.flatMap(({ values }) => values)), [at]),
    offsets: new Tensor('int64', BigInt64Array.from(offsets), [rows.length]),
  };
}

function denseOf(content: ExportContent, rows: ExportContent['golden']): Record<string, Tensor> {
  const terms = content.vectorizer.vocabulary.terms.length;
  const x = new Float32Array(rows.length * terms);
  rows.forEach(({ ids, values }, r) => {
    ids.forEach((id, e) => {
      x[r * terms + id] = values[e];
    });
  });
  return { x: new Tensor('float32', x, [rows.length, terms]) };
}

/** Largest difference from the golden ratings and distributions. */
async function difference(
  session: InferenceSession,
  input: Record<string, Tensor>,
  { golden, head }: ExportContent,
): Promise<number> {
  const { rating, distribution } = await session.run(input);
  expect(rating.dims).toEqual([golden.length]);
  const expected = golden.flatMap((one) => [one.rating, ...(one.distribution ?? [])]);
  const levels = head.kind === 'softmax' ? head.levels.length : 0;
  if (levels > 0) expect(distribution.dims).toEqual([golden.length, levels]);
  else expect(distribution).toBeUndefined();
  const got = golden.flatMap((_, r) => [
    (rating.data as Float32Array)[r],
    ...((distribution?.data.slice(r * levels, (r + 1) * levels) as Float32Array | undefined) ?? []),
  ]);
  expect(got.length).toBe(expected.length);
  return Math.max(...got.map((value, i) => Math.abs(value - expected[i])));
}

describe.each(KINDS)('%s', (_name, options) => {
  test('onnxruntime rates as we do within 1e-5, from term ids and from dense rows', async () => {
    const content = await contentOf(options);
    expect(new Set(content.golden.map(({ rating }) => rating.toFixed(3))).size).toBeGreaterThan(5);
    const [ids, dense] = [await open(idsGraph(content)), await open(denseGraph(content))];
    expect(await difference(ids, bagOf(content.golden), content)).toBeLessThan(1e-5);
    expect(await difference(dense, denseOf(content, content.golden), content)).toBeLessThan(1e-5);
  });
});

describe('the graph of term ids', () => {
  test('takes one review, reviews without terms between others and at the ends, and reviews without any', async () => {
    const content = await contentOf({ hidden: [9] });
    const session = await open(idsGraph(content));
    const full = content.golden[0];
    const empty = content.golden.find(({ ids }) => ids.length === 0)!;
    for (const golden of [[full], [empty], [empty, full, empty, empty, full, empty], [empty, empty]]) {
      expect(await difference(session, bagOf(golden), { ...content, golden })).toBeLessThan(1e-5);
    }
  });

  test('adds what is given for a term twice, as an embedding bag does', async () => {
    const content = await contentOf({ hidden: [], head: 'linear' });
    const session = await open(idsGraph(content));
    const { ids, values } = content.golden[0];
    const twice = await session.run(bagOf([{ ids: [...ids, ids[0]], values: [...values, 1] }]));
    const once = await session.run(
      bagOf([{ ids, values: values.map((value, e) => value + (e === 0 ? 1 : 0)) }]),
    );
    expect((twice.rating.data as Float32Array)[0]).toBeCloseTo((once.rating.data as Float32Array)[0], 5);
  });
});

test('the files state their inputs, outputs and shapes', async () => {
  const content = await contentOf({ hidden: [3] }, [0, 0.5, 1]);
  const terms = content.vectorizer.vocabulary.terms.length;
  const [ids, dense] = [await open(idsGraph(content)), await open(denseGraph(content))];
  const shapes = (metadata: typeof ids.inputMetadata): unknown =>
    metadata.map((one) => [one.name, one.isTensor ? [one.type, ...one.shape] : 'no tensor']);
  expect(shapes(ids.inputMetadata)).toEqual([
    ['ids', ['int64', 'entries']],
    ['values', ['float32', 'entries']],
    ['offsets', ['int64', 'reviews']],
  ]);
  expect(shapes(dense.inputMetadata)).toEqual([['x', ['float32', 'reviews', terms]]]);
  for (const { outputMetadata } of [ids, dense]) {
    expect(shapes(outputMetadata)).toEqual([
      ['rating', ['float32', 'reviews']],
      ['distribution', ['float32', 'reviews', 3]],
    ]);
  }
});

test('a single file carries the vocabulary and the text options', async () => {
  const content = await contentOf({ hidden: [3], ngrams: 2 });
  const { metadata } = idsGraph(content);
  expect(JSON.parse(metadata['starling.vocabulary']).terms).toEqual(content.vectorizer.vocabulary.terms);
  expect(JSON.parse(metadata['starling.export']).text).toMatchObject({ ngrams: 2, weighting: 'binary' });
  const bytes = Buffer.concat(onnxBytes(idsGraph(content)));
  expect(bytes.includes(metadata['starling.vocabulary'])).toBe(true);
});

test('a model beyond what an ONNX file can hold is refused, with what to do', async () => {
  const graph = denseGraph(await contentOf({ hidden: [50] }));
  const size = Buffer.concat(onnxBytes(graph)).length;
  expect(onnxBytes(graph, size).length).toBeGreaterThan(0);
  expect(() => onnxBytes(graph, size - 1)).toThrow(
    expect.objectContaining({
      code: 'BAD_OPTION',
      message: expect.stringMatching(/^the model needs [\d,]+ bytes, and an ONNX file ends at [\d,]+$/),
      hint: expect.stringContaining('safetensors'),
    }),
  );
});
