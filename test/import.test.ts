/** `import 'starling'` in a program of somebody else: it prints nothing, changes nothing, opens nothing, starts nothing. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, inject, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'starling-import-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Tells what the import did as JSON on standard error, by a way that the import cannot have touched. */
const PROBE = `
import { writeSync } from 'node:fs';
const listeners = () => process.eventNames().map((name) => String(name) + process.listenerCount(name)).join();
const state = () => [JSON.stringify(process.env), Reflect.ownKeys(globalThis).map(String).join(), process.cwd(), listeners()];
const before = state();
const { SentimentModel } = await import('starling');
const after = state();
// Node closes the modules' files a moment later.
await new Promise((resolve) => setTimeout(resolve, 20));
writeSync(2, JSON.stringify({
  loaded: typeof SentimentModel.train,
  changed: before.map((was, i) => was !== after[i]),
  open: process.getActiveResourcesInfo(),
}));
`;

test('it prints nothing, leaves process.env and the globals unchanged, and opens nothing', () => {
  expect(inject('buildFailure')).toBe('');
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/starling'), 'junction');
  writeFileSync(join(folder, '.env'), 'STARLING_TEST_SECRET=read\n');
  writeFileSync(join(folder, 'program.mjs'), PROBE);
  const { PATH } = process.env;
  // Where nothing may be written, and no process, thread or native code may be started, whoever tries ends in an error.
  const guarded = ['--experimental-permission', '--allow-fs-read=*'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...guarded, 'program.mjs'], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH, NODE_NO_WARNINGS: '1' },
    timeout: 30_000,
  });
  expect([status, stdout], stderr).toEqual([0, '']);
  expect(JSON.parse(stderr)).toEqual({ loaded: 'function', changed: [false, false, false, false], open: [] });
  expect(readdirSync(folder).sort()).toEqual(['.env', 'node_modules', 'program.mjs']);
});
