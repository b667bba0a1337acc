/** A small slice of bench/fuzz/run.mjs, whose full run is for people: hostile files for every reader, always the same ones. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';

const fuzz = fileURLToPath(new URL('../bench/fuzz/run.mjs', import.meta.url));

test.each([
  ['reviews', 1500],
  ['config', 600],
  ['model', 150],
  ['checkpoint', 100],
])(
  '%s: %i hostile inputs end in a StarlingError or a sound answer',
  (target, count) => {
    expect(inject('buildFailure')).toBe('');
    const args = [fuzz, '--only', target, '--count', String(count), '--seed', '2'];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stdout).toMatch(new RegExp(`\n${count} inputs, seed 2: 0 failures;`));
    expect(stdout).toMatch(/^\w+: [1-9]\d* refused by a StarlingError, [1-9]\d* answered$/m);
    expect(status).toBe(0);
  },
  240_000,
);
