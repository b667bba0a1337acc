/** The programs of examples/library, run as they stand against the built package: its exports resolve as for whoever installs it. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { SentimentModel } from '../src/index.ts';

if (inject('buildFailure') !== '') throw new Error(inject('buildFailure'));

const root = fileURLToPath(new URL('..', import.meta.url));
const MODEL = join(root, 'models', 'restaurants');
const TEXTS = ['The soup was cold.', 'Lovely staff, great food!'];
let home = '';
let ratings: number[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'starling-examples-'));
  await cp(join(root, 'examples', 'library'), home, { recursive: true });
  await mkdir(join(home, 'node_modules'));
  await symlink(root, join(home, 'node_modules', 'starling'));
  const model = await SentimentModel.load(MODEL);
  ratings = model.predictMany(TEXTS).map(({ rating }) => rating);
  model.close();
});
afterAll(() => rm(home, { recursive: true }));

test('server.mjs answers with the rating, and refuses what is no text', async () => {
  const child = spawn(process.execPath, ['server.mjs', MODEL], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(child.stdout, 'data');
    const post = (body: string) => fetch(String(line).trim(), { method: 'POST', body });
    const answer = await post(JSON.stringify({ text: TEXTS[0] }));
    expect([answer.status, await answer.json()]).toEqual([200, { rating: ratings[0], known: true }]);
    for (const [body, status] of [
      ['{"text": 5}', 400],
      ['no JSON', 400],
      [JSON.stringify({ text: 'x'.repeat(200_000) }), 413],
    ] as const) {
      expect((await post(body)).status).toBe(status);
    }
    expect((await fetch(String(line).trim())).status).toBe(404);
  } finally {
    child.kill();
    await once(child, 'exit');
  }
});

test('stream.mjs rates row by row, in order, also more rows than the main thread rates alone', async () => {
  const child = spawn(process.execPath, ['stream.mjs', MODEL], {
    cwd: home,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const rows = Array.from({ length: 5000 }, (_, i) => ({ id: `r${i}`, text: TEXTS[i % 2] }));
  child.stdin.end(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  let said = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) said += chunk;
  const rated = said
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rated).toEqual(rows.map(({ id }, i) => ({ id, rating: Number(ratings[i % 2].toFixed(4)) })));
});

test('worker.mjs explains in another thread', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['worker.mjs', MODEL, ...TEXTS], {
    cwd: home,
  });
  const lines = stdout.trimEnd().split('\n');
  expect(lines.map((line) => line.slice(0, 4))).toEqual(ratings.map((rating) => rating.toFixed(2)));
  expect(lines[0]).toMatch(/The soup was cold\. {2}\(.*cold.*\)$/);
});
