/**
 * Bundles the page's TypeScript for browsers, and gathers the licences of the libraries that are in it. The rest of the
 * page (HTML, CSS, icon) is copied by copy-assets.mjs.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'dist', 'page');

/** Classic scripts: they load from everywhere, and say what is wrong where a module would not even start. */
const bundles = [
  { input: 'src/page/main.ts', file: 'page.js' },
  { input: 'src/page/engine-worker.ts', file: 'engine.js' },
];

const libraries = new Set();
mkdirSync(out, { recursive: true });
for (const { input, file } of bundles) {
  const bundle = await rolldown({
    input: join(root, input),
    platform: 'browser',
    onLog(level, log) {
      // What cannot be resolved would only fail in the browser.
      throw new Error(`${level} while bundling ${file}: ${log.message}`);
    },
  });
  const { output } = await bundle.write({ file: join(out, file), format: 'iife', minify: true });
  await bundle.close();
  for (const id of output[0].moduleIds) {
    const found = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id);
    if (found) libraries.add(found[0]);
  }
  console.error(`built ${file}: ${Buffer.byteLength(output[0].code)} bytes`);
}

const licences = [...libraries].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = ['LICENSE', 'LICENSE.txt', 'LICENSE.md', 'LICENCE', 'README.md']
    .map((candidate) => join(folder, candidate))
    .find(existsSync);
  if (!file) throw new Error(`${dirname(folder)} has no licence file for ${name}`);
  return `${name} ${version} (${license})\n\n${readFileSync(file, 'utf8').trim()}\n`;
});
const own = readFileSync(join(root, 'LICENSE'), 'utf8').trim();
writeFileSync(join(out, 'licences.txt'), [`starling\n\n${own}\n`, ...licences].join('\n----\n\n'));
