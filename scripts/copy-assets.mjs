/**
 * The end of the build: copies what is not TypeScript (the compiled kernels) from src to dist, and makes the command
 * line executable. Its file times say when the build was complete: test/build.ts compares them with those of src.
 */
import { chmodSync, copyFileSync, mkdirSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../src/', import.meta.url));
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
/** What the compilers read; everything else is read at run time. */
const sources = new Set(['.ts', '.c', '.h']);

for (const entry of readdirSync(src, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || sources.has(extname(entry.name))) continue;
  const from = join(entry.parentPath, entry.name);
  const to = join(dist, from.slice(src.length));
  mkdirSync(dirname(to), { recursive: true });
  rmSync(to, { force: true }); // a running process keeps the file that it has mapped
  copyFileSync(from, to);
}

const main = join(dist, 'cli', 'main.js');
chmodSync(main, 0o755);
const now = new Date();
utimesSync(main, now, now);
