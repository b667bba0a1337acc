/**
 * The files of the page as the build made them, in memory: requests never name a path of the file system. The same files
 * are what `starling export --to web` writes.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { StarlingError } from '../errors.ts';

/** Names and types of all files of the page that need no model. */
export const pageFileTypes = {
  'index.html': 'text/html; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
  'licences.txt': 'text/plain; charset=utf-8',
} as const;
export type PageFileName = keyof typeof pageFileTypes;

export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

/** Where the build puts them; the sources, too, use what was built. */
export function pageFolder(): URL {
  const here = import.meta.url;
  const beside = new URL('../page/', here);
  if (!here.endsWith('.ts')) return beside;
  const at = beside.href.lastIndexOf('/src/');
  return new URL(`${beside.href.slice(0, at)}/dist/${beside.href.slice(at + '/src/'.length)}`);
}

/** @throws StarlingError NO_SUCH_FILE when the page was not built */
export async function readPageFile(name: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(new URL(name, pageFolder())));
  } catch (cause) {
    throw new StarlingError('NO_SUCH_FILE', `the file ${name} of the page is missing`, 'Run: npm run build', {
      cause,
    });
  }
}

/** @throws StarlingError NO_SUCH_FILE */
export async function loadPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>();
  for (const [name, type] of Object.entries(pageFileTypes)) {
    const bytes = await readPageFile(name);
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    files.set(name, { type, bytes, etag });
  }
  return files;
}
