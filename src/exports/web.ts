/**
 * The page as a folder that needs no server: the files of the page, the kernels, and the model beside them. Any file server
 * can hand it out. The model's folder is copied as it is, so `starling predict DIR/model` works, too.
 */
import { copyFile, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StarlingError } from '../errors.ts';
import { replaceFolder, writeSynced } from '../files/atomic.ts';
import { SentimentModel } from '../model/sentiment-model.ts';
import { pageFileTypes, pageFolder, readPageFile } from '../server/page-files.ts';
import { VERSION } from '../version.ts';

const MODEL_FILES = ['config.json', 'vocabulary.json', 'model.safetensors', 'README.md'];
const KERNELS = ['kernels.wasm', 'kernels-relaxed.wasm'];
const DESCRIPTION = 'export.json';

/** As the server's, but that WebAssembly and a worker may run. Nothing is loaded from, or sent to, anywhere else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
const SERVER = '<meta name="starling-engine" content="server">';
const BROWSER = `<meta name="starling-engine" content="browser">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="referrer" content="no-referrer">`;

/**
 * Writes the folder; what stands there is replaced only if it is an earlier export to the web.
 * @throws StarlingError NO_SUCH_FILE, BAD_MODEL, CANNOT_WRITE
 */
export async function exportWeb(modelDir: string, outDir: string): Promise<void> {
  await checkPlace(outDir);
  (await SentimentModel.load(modelDir)).close(); // a model that cannot be loaded is not handed on
  await replaceFolder(outDir, async (folder) => {
    for (const name of [...Object.keys(pageFileTypes), 'engine.js']) {
      const bytes = await readPageFile(name);
      await writeSynced(join(folder, name), name === 'index.html' ? forBrowser(bytes) : bytes);
    }
    for (const name of KERNELS) {
      await writeSynced(join(folder, name), await readFile(new URL(`../kernels/${name}`, pageFolder())));
    }
    await mkdir(join(folder, 'model'));
    for (const name of MODEL_FILES) {
      await copyFile(join(modelDir, name), join(folder, 'model', name)).catch((error) => {
        if (name !== 'README.md' || error.code !== 'ENOENT') throw error; // a card may be missing
      });
    }
    const description = { format: 'starling-export', formatVersion: 1, target: 'web', version: VERSION };
    await writeSynced(join(folder, DESCRIPTION), `${JSON.stringify(description, null, 2)}\n`);
  });
}

function forBrowser(html: Uint8Array): string {
  const page = new TextDecoder().decode(html);
  if (!page.includes(SERVER)) throw new Error('the page does not say who rates');
  return page.replace(SERVER, BROWSER);
}

async function checkPlace(out: string): Promise<void> {
  const there = await stat(out).catch(() => null);
  if (!there) return;
  const refuse = (what: string): never => {
    throw new StarlingError('CANNOT_WRITE', `cannot write ${out}: ${what}`, 'Name a new folder.');
  };
  if (!there.isDirectory()) refuse('it is a file');
  const names = await readdir(out).catch(() => refuse('it cannot be read'));
  if (names.length === 0) return;
  const description = await readFile(join(out, DESCRIPTION), 'utf8').catch(() => '');
  if (!/"target":\s*"web"/.test(description)) refuse('it holds something that is no export to the web');
}
