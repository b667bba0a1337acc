/**
 * Vitest's global setup: builds dist once before the tests when it is missing or older than src, so that tests of the
 * command line spawn what the sources say. A build that fails fails those tests, and lets the others run.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** What the build said when it failed; empty when dist is as new as src. */
    buildFailure: string;
  }
}

const root = fileURLToPath(new URL('..', import.meta.url));

/** Files that a build writes into src. */
const generated = /\.(wasm|node)$/;

function newestSource(): number {
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true });
  const times = files
    .filter((entry) => entry.isFile() && !generated.test(entry.name))
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return Math.max(...times);
}

export default function setup({ provide }: TestProject): void {
  const built = statSync(join(root, 'dist/cli/main.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  let buildFailure = '';
  if (built <= newestSource()) {
    const { status, stdout, stderr } = spawnSync('npm', ['run', 'build'], {
      cwd: root,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    if (status !== 0) buildFailure = `npm run build failed:\n${stdout}\n${stderr}`;
  }
  provide('buildFailure', buildFailure);
}
