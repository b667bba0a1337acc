/** The model as the page has it, outside of a browser: it must say what Node's says. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { wasmModule } from '../../src/kernels/node-engine.ts';
import { SentimentModel } from '../../src/model/sentiment-model.ts';
import { BrowserModel, kernelFile, type ModelFiles } from '../../src/page/browser-model.ts';

if (inject('buildFailure') !== '') throw new Error(inject('buildFailure'));

const folderOf = (name: string): string => fileURLToPath(new URL(`../../models/${name}/`, import.meta.url));
const TEXTS = [
  'The soup was cold.',
  '',
  'Lovely &amp; kind! <b>Great</b> Crème brûlée',
  'zzz',
  'good '.repeat(5000),
];

async function filesOf(name: string): Promise<ModelFiles> {
  const folder = folderOf(name);
  const bytes = new Uint8Array(await readFile(`${folder}model.safetensors`));
  return {
    config: JSON.parse(await readFile(`${folder}config.json`, 'utf8')),
    vocabulary: JSON.parse(await readFile(`${folder}vocabulary.json`, 'utf8')),
    tensors: bytes.buffer,
    kernels: wasmModule(kernelFile() === 'kernels.wasm' ? 'wasm' : 'wasm-relaxed'),
  };
}

let files: ModelFiles;
let model: SentimentModel;
beforeAll(async () => {
  files = await filesOf('restaurants');
  model = await SentimentModel.load(folderOf('restaurants'), 'wasm');
});
afterAll(() => model.close());

test('it predicts and explains what the model in Node does, bit for bit on the same kernels', () => {
  const page = new BrowserModel(files);
  const many = Array.from({ length: 200 }, (_, i) => `${TEXTS[i % TEXTS.length]} ${i}`);
  expect(page.predictMany(many)).toEqual(model.predictMany(many));
  for (const text of TEXTS) expect(page.explain(text)).toEqual(model.explain(text));
  expect(page.facts).toMatchObject({
    levels: [1, 2, 3, 4, 5],
    terms: 1766,
    hidden: [200],
    rated: 2000,
    unrated: 8000,
  });
});

test('so it does with weights that lie in bytes, and a linear model beside the network', async () => {
  const page = new BrowserModel(await filesOf('general'));
  const general = await SentimentModel.load(folderOf('general'), 'wasm');
  expect(page.predictMany(TEXTS)).toEqual(general.predictMany(TEXTS));
  for (const text of TEXTS) expect(page.explain(text)).toEqual(general.explain(text));
  general.close();
});

test('files that are damaged or do not fit are refused', () => {
  const changed = new Uint8Array(files.tensors.slice(0));
  new DataView(changed.buffer).setFloat32(changed.length - 4, Number.NaN, true);
  const long = new Uint8Array(files.tensors.slice(0));
  new DataView(long.buffer).setBigUint64(0, 2n ** 60n, true);
  const cases: [Partial<ModelFiles>, RegExp][] = [
    [{ tensors: new ArrayBuffer(4) }, /too short/],
    [{ tensors: files.tensors.slice(0, -4) }, /cut short or damaged/],
    [{ tensors: changed.buffer }, /holds NaN at \d+, expected finite numbers/],
    [{ tensors: long.buffer }, /damaged or no safetensors file/],
    [
      { vocabulary: { terms: ['one'], documentFrequency: [1], documents: 1 } },
      /has the shape \[1766, 200\], expected \[1, 200\]/,
    ],
    [{ config: { ...files.config, head: { kind: 'linear' } } }, /does not describe a head/],
    [{ config: { ...files.config, options: { hidden: 'many' } } }, /"hidden" is "many"/],
  ];
  for (const [change, message] of cases)
    expect(() => new BrowserModel({ ...files, ...change })).toThrow(message);
});
