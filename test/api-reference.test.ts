/** What typedoc is told beside the sources. The reference itself is made by "npm run docs:api", which takes half a minute. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { type OptionSpec, optionNames, optionSpecs } from '../src/options.ts';

if (inject('buildFailure') !== '') throw new Error(inject('buildFailure'));

const root = new URL('../', import.meta.url);

test('the reference has every option with its default and its help line', async () => {
  const plugin = (await import(new URL('scripts/typedoc-options.mjs', root).href)) as { table(): string };
  const rows = plugin.table().split('\n');
  for (const name of optionNames) {
    const spec: OptionSpec = optionSpecs[name];
    const given = Array.isArray(spec.default) ? JSON.stringify(spec.default) : spec.default;
    const row = rows.find((line) => line.startsWith(`| \`${name}\` | ${spec.group} | \`${given}\` |`));
    expect([name, row]).toEqual([name, expect.stringContaining(spec.help)]);
  }
});

test('the doors that typedoc reads are those of the package', () => {
  const { entryPoints } = JSON.parse(readFileSync(new URL('typedoc.json', root), 'utf8')) as {
    entryPoints: string[];
  };
  const { exports } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
    exports: Record<string, { types?: string }>;
  };
  const typed = Object.values(exports).flatMap(({ types }) => types ?? []);
  expect(typed.map((path) => path.replace('./dist/', 'src/').replace('.d.ts', '.ts'))).toEqual(entryPoints);
  for (const path of entryPoints) expect(existsSync(fileURLToPath(new URL(path, root)))).toBe(true);
});
