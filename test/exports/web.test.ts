import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { exportWeb } from '../../src/exports/web.ts';
import { SentimentModel } from '../../src/model/sentiment-model.ts';

if (inject('buildFailure') !== '') throw new Error(inject('buildFailure'));

const MODEL = fileURLToPath(new URL('../../models/restaurants', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-web-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('the folder holds the page, the engine and the model, and every file that the page names is there', async () => {
  const out = join(folder, 'site');
  await exportWeb(MODEL, out);
  const page = await readFile(join(out, 'index.html'), 'utf8');
  expect(page).toContain('<meta name="starling-engine" content="browser">');
  expect(page).toContain(`default-src 'none'; script-src 'self' 'wasm-unsafe-eval'`);
  const named = [...page.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(4);
  for (const name of [...named, 'engine.js', 'kernels.wasm', 'kernels-relaxed.wasm']) {
    expect([name, existsSync(join(out, name))]).toEqual([name, true]);
  }
  expect(page).not.toMatch(/https?:|style="|onclick/);
  const copied = await SentimentModel.load(join(out, 'model'));
  const original = await SentimentModel.load(MODEL);
  expect(copied.predict('Cold soup')).toEqual(original.predict('Cold soup'));
  for (const model of [copied, original]) model.close();
});

test('the licences of all libraries in the bundles are there', async () => {
  const text = await readFile(join(folder, 'site', 'licences.txt'), 'utf8');
  for (const name of ['starling', 'papaparse', 'natural']) expect(text).toContain(name);
  expect(text.match(/Permission is hereby granted|MIT/g)!.length).toBeGreaterThanOrEqual(3);
});

test('an earlier export is replaced; anything else stands', async () => {
  const out = join(folder, 'again');
  await exportWeb(MODEL, out);
  await writeFile(join(out, 'left-over.txt'), '');
  await exportWeb(MODEL, out);
  expect(await readdir(out)).not.toContain('left-over.txt');
  const mine = join(folder, 'mine');
  await mkdir(mine);
  await writeFile(join(mine, 'thesis.txt'), 'irreplaceable');
  await expect(exportWeb(MODEL, mine)).rejects.toMatchObject({ code: 'CANNOT_WRITE' });
  await expect(exportWeb(MODEL, join(mine, 'thesis.txt'))).rejects.toMatchObject({ code: 'CANNOT_WRITE' });
  expect(await readFile(join(mine, 'thesis.txt'), 'utf8')).toBe('irreplaceable');
});

test('a folder that is no model is refused, and nothing is written', async () => {
  const out = join(folder, 'never');
  await expect(exportWeb(folder, out)).rejects.toMatchObject({ code: 'BAD_MODEL' });
  expect(existsSync(out)).toBe(false);
});
