/**
 * Writing such that nothing the user had is lost: everything goes into a temporary neighbour, is flushed to the disk,
 * and takes its place by a rename. Who looks sees the old or the new, never a half.
 */
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { StarlingError } from '../errors.ts';

let counter = 0;

/** A name beside `path`, on the same file system, that no other run uses. */
function neighbour(path: string, what: string): string {
  return join(dirname(path), `.${basename(path)}.${what}-${process.pid}-${counter++}`);
}

/**
 * Replaces a folder by one that `fill` writes.
 * @throws StarlingError CANNOT_WRITE; whatever `fill` throws. In both cases the old folder stands.
 */
export async function replaceFolder(path: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const target = resolve(path);
  const fresh = neighbour(target, 'new');
  const old = neighbour(target, 'old');
  try {
    await mkdir(dirname(target), { recursive: true });
    await mkdir(fresh);
    await fill(fresh);
    await syncFolder(fresh);
    const replaced = await rename(target, old).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return false;
        throw error;
      },
    );
    try {
      await rename(fresh, target);
    } catch (error) {
      if (replaced) await rename(old, target);
      throw error;
    }
    await syncFolder(dirname(target));
    if (replaced) await rm(old, { recursive: true, force: true });
  } catch (error) {
    await rm(fresh, { recursive: true, force: true }).catch(() => {});
    throw asWriteError(error, path);
  }
}

/** Replaces one file. @throws StarlingError CANNOT_WRITE; the old file stands then. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const target = resolve(path);
  const fresh = neighbour(target, 'new');
  try {
    await writeSynced(fresh, content);
    await rename(fresh, target);
    await syncFolder(dirname(target));
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => {});
    throw asWriteError(error, path);
  }
}

/** Writes a file and waits until the disk has it. */
export async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(path, content, { flush: true });
}

/** Makes renames durable where the system can (not on Windows, where a folder cannot be opened). */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

/** An error of the system in our words; any other as it is. */
export function asWriteError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof StarlingError || typeof code !== 'string') return error;
  const why: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ENOSPC: 'the disk is full',
    EROFS: 'the file system is read-only',
    ENOTDIR: 'a part of the path is no folder',
    EEXIST: 'a part of the path is no folder',
    EISDIR: 'it is a folder',
  };
  return new StarlingError(
    'CANNOT_WRITE',
    `cannot write ${path}: ${why[code] ?? code}`,
    'Name another place.',
    {
      cause: error,
    },
  );
}
