/** The page in its two forms: from a server, and from a folder that any file server hands out. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { exportWeb } from '../../src/exports/web.ts';
import { SentimentModel } from '../../src/model/sentiment-model.ts';
import { startServer } from '../../src/server/serve.ts';

if (inject('buildFailure') !== '') throw new Error(inject('buildFailure'));

export const MODEL: string = fileURLToPath(new URL('../../models/restaurants', import.meta.url));

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

export async function servedSite(): Promise<Site> {
  const model = await SentimentModel.load(MODEL, 'wasm');
  const server = await startServer(model, { port: 0, workers: 1 });
  model.close();
  return { url: server.url, close: () => server.stop() };
}

/** A file server that knows nothing: every file is a stream of bytes, unless it must be a page, a style or a script. */
export async function staticSite(): Promise<Site & { readonly folder: string }> {
  const parent = await mkdtemp(join(tmpdir(), 'starling-web-'));
  const folder = join(parent, 'site');
  await exportWeb(MODEL, folder);
  const types: Record<string, string> = {
    html: 'text/html',
    css: 'text/css',
    js: 'text/javascript',
    svg: 'image/svg+xml',
  };
  const server = createServer(async ({ url = '/' }, response) => {
    const name = normalize(new URL(url, 'http://x').pathname).replace(/\/$/, '/index.html');
    try {
      const bytes = await readFile(join(folder, name));
      const type = types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
      response.writeHead(200, { 'Content-Type': type }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    folder,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(parent, { recursive: true });
    },
  };
}
