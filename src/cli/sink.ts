/**
 * Where the rows of `predict` go: standard output, or a file that takes its place only when it is complete. Until then,
 * and after an error or Ctrl-C, what stood there before still stands.
 */
import { createWriteStream, rmSync } from 'node:fs';
import { realpath, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PassThrough, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { StarlingError } from '../errors.ts';
import { onAbort, uninterrupted } from './interrupts.ts';
import { print } from './stdout.ts';

export interface Sink {
  write(text: string): Promise<void>;
  /** Everything is written. Without it, a file is left as it was. */
  finish(): Promise<void>;
}

/**
 * @param path a file, packed with gzip if it ends in .gz; "-" or nothing for standard output. What is written to one that
 *   ends in .parquet must be JSON lines: see `isParquetPath`
 * @throws StarlingError CANNOT_WRITE, here and from the sink
 */
export async function openSink(path: string | undefined): Promise<Sink> {
  if (path === undefined || path === '-') return { write: print, finish: async () => {} };
  const there = await stat(path).catch(() => null);
  if (there?.isDirectory()) throw cannotWrite(path, 'it is a folder');
  // Devices and pipes are written to; a rename would put a file in their place.
  if (there && !there.isFile()) return fileSink(path, path, async () => {});
  const target = there ? await realpath(path) : path;
  const fresh = join(dirname(target), `.${basename(target)}.new-${process.pid}`);
  const takeAway = onAbort(() => rmSync(fresh, { force: true }));
  const putInPlace = async (): Promise<void> => {
    await uninterrupted(() => rename(fresh, target));
    takeAway();
  };
  if (isParquetPath(path)) return parquetSink(path, fresh, putInPlace);
  return fileSink(path, fresh, putInPlace, there ? there.mode & 0o777 : undefined);
}

/** What rows are written as, where the name of the file says so; null where they stay what they are. */
export function rowsFor(path: string | undefined): 'parquet' | 'json' | 'csv' | null {
  if (isParquetPath(path)) return 'parquet';
  const [, ending] = /\.(jsonl|ndjson|csv)(?:\.gz)?$/i.exec(path ?? '') ?? [];
  if (ending === undefined) return null;
  return ending.toLowerCase() === 'csv' ? 'csv' : 'json';
}

/** True for a file that becomes Parquet. */
export function isParquetPath(path: string | undefined): boolean {
  return path !== undefined && /\.(?:parquet|pq)$/i.test(path);
}

async function parquetSink(path: string, written: string, putInPlace: () => Promise<void>): Promise<Sink> {
  const { ParquetFileWriter } = await import('../corpus/write-parquet.ts');
  const file = new ParquetFileWriter(written);
  const inOurWords = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (cause instanceof StarlingError || code === undefined) throw cause;
      throw cannotWrite(path, reasons[code] ?? code, cause);
    }
  };
  return {
    write: (text) =>
      inOurWords(async () => {
        for (const line of text.split('\n')) if (line !== '') await file.add(JSON.parse(line));
      }),
    finish: () =>
      inOurWords(async () => {
        await file.finish();
        await putInPlace();
      }),
  };
}

async function fileSink(
  path: string,
  written: string,
  putInPlace: () => Promise<void>,
  mode?: number,
): Promise<Sink> {
  const head: Writable & NodeJS.ReadWriteStream = path.endsWith('.gz') ? createGzip() : new PassThrough();
  const file = createWriteStream(written, { mode });
  const done = pipeline(head, file).catch((cause: NodeJS.ErrnoException) => {
    throw cannotWrite(path, reasons[cause.code ?? ''] ?? cause.message, cause);
  });
  done.catch(() => {}); // is seen by whoever writes next
  await Promise.race([heard(file, 'open'), done]);
  return {
    async write(text) {
      if (!head.write(text)) await Promise.race([heard(head, 'drain'), done]);
    },
    async finish() {
      head.end();
      await done;
      await putInPlace();
    },
  };
}

/** Unlike `once` of node:events, leaves errors to `done`, which says them in our words. */
function heard(stream: Writable, event: string): Promise<void> {
  return new Promise((resolve) => stream.once(event, () => resolve()));
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'a part of the path is no folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

function cannotWrite(path: string, why: string, cause?: unknown): StarlingError {
  return new StarlingError('CANNOT_WRITE', `cannot write ${path}: ${why}`, 'Name another place.', { cause });
}
