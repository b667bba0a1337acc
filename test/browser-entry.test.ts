/** The package as bundlers for browsers see it: which door they get, what comes through it, and that it rates in a real browser. */
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { SentimentModel } from '../src/index.ts';
import { browserPath, launch, skipped } from './page/browser.ts';

if (inject('buildFailure') !== '') throw new Error(inject('buildFailure'));

const root = fileURLToPath(new URL('..', import.meta.url));
const MODEL = join(root, 'models', 'restaurants');
const TEXT = 'The soup was cold, the staff was lovely.';
let home = '';

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'starling-browser-'));
  await cp(join(root, 'examples', 'library', 'browser'), home, { recursive: true });
  await cp(MODEL, join(home, 'model'), { recursive: true });
  await cp(join(root, 'dist', 'kernels'), join(home, 'kernels'), { recursive: true });
  await mkdir(join(home, 'node_modules'));
  await symlink(root, join(home, 'node_modules', 'starling'));
});
afterAll(() => rm(home, { recursive: true }));

/** One file for browsers; whatever cannot be resolved or is of Node is an error. */
async function bundled(program: string, format: 'esm' | 'iife' = 'esm', minify = true): Promise<string> {
  const input = join(home, `entry-${Math.random()}.js`);
  await writeFile(input, program);
  const bundle = await rolldown({
    input,
    platform: 'browser',
    onLog(level, log) {
      throw new Error(`${level}: ${log.message}`);
    },
  });
  const { output } = await bundle.generate({ format, minify, name: 'bundle' });
  await bundle.close();
  return output[0].code;
}

async function expectedRating(): Promise<number> {
  const model = await SentimentModel.load(MODEL, 'wasm');
  const [{ rating }] = model.predictMany([TEXT]);
  model.close();
  return rating;
}

test('"starling" is the door for browsers where a bundler says browser: nothing of Node comes through', async () => {
  const code = await bundled(`export { loadModel, StarlingError } from 'starling';`);
  expect(code).not.toMatch(/\bnode:/);
  expect(code).not.toMatch(/\brequire\(|process\.(?:env|argv)/);
  await expect(bundled(`export { crossValidate } from 'starling';`)).rejects.toThrow('crossValidate');
});

test('what is not used is left out', async () => {
  const all = await bundled(`export * from 'starling/browser';`);
  const one = await bundled(`export { VERSION } from 'starling/browser';`);
  expect(all.length).toBeGreaterThan(20_000);
  expect(one.length).toBeLessThan(200);
  expect((await bundled(`export { StarlingError } from 'starling/browser';`)).length).toBeLessThan(1500);
});

test('the kernels have addresses of their own in the package', () => {
  expect(import.meta.resolve('starling/kernels.wasm')).toMatch(/dist\/kernels\/kernels\.wasm$/);
  expect(import.meta.resolve('starling/kernels-relaxed.wasm')).toMatch(/kernels-relaxed\.wasm$/);
});

test('it rates in a bare context, which has no Node, no module and no require', async () => {
  const code = await bundled(
    `import { loadModel } from 'starling/browser';
    export const rate = async (text) =>
      (await loadModel({ model: 'http://x/model/', kernels: 'http://x/kernels' })).predictMany([text])[0];`,
    'iife',
  );
  const asked: string[] = [];
  const fetch = async (url: URL) => {
    asked.push(url.pathname);
    return new Response(new Uint8Array(await readFile(join(home, url.pathname))));
  };
  const context = createContext({ fetch, URL, TextDecoder, TextEncoder, WebAssembly, performance });
  const rated = await runInContext(`${code}; bundle.rate(${JSON.stringify(TEXT)})`, context);
  expect(rated.rating).toBeCloseTo(await expectedRating(), 5);
  expect(asked.sort().slice(1)).toEqual([
    '/model/config.json',
    '/model/model.safetensors',
    '/model/vocabulary.json',
  ]);
  expect(asked[0]).toMatch(/^\/kernels\/kernels(-relaxed)?\.wasm$/);
});

describe.skipIf(!browserPath)(`in Chromium${skipped}`, () => {
  test('the page of examples/library/browser rates as one types', async () => {
    await writeFile(join(home, 'bundle.js'), await bundled(await readFile(join(home, 'main.js'), 'utf8')));
    const server = createServer(async ({ url = '/' }, response) => {
      const name = normalize(new URL(url, 'http://x').pathname).replace(/\/$/, '/index.html');
      const type = name.endsWith('.html')
        ? 'text/html'
        : name.endsWith('.js')
          ? 'text/javascript'
          : 'application/octet-stream';
      const bytes = await readFile(join(home, name)).catch(() => null);
      response.writeHead(bytes ? 200 : 404, { 'Content-Type': type }).end(bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await launch();
    try {
      const page = await browser.newPage();
      const trouble: string[] = [];
      page.on('pageerror', (error) => trouble.push(error.message));
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await page.waitForFunction(() => !document.querySelector<HTMLTextAreaElement>('#text')!.disabled);
      await page.fill('#text', TEXT);
      const shown = await page.locator('#rating').textContent();
      expect(trouble).toEqual([]);
      expect(shown).toBe((await expectedRating()).toFixed(2));
    } finally {
      await browser.close();
      server.closeAllConnections();
      server.close();
    }
  });
});
