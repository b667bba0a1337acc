/**
 * A model folder into an export: the target's files, and beside them what every export has: export.json (text options,
 * network, head), vocabulary.json, golden.json, a README and the programs it speaks of. Written beside its place and
 * renamed; what stands there is replaced only if it is an export to the same target.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StarlingError } from '../errors.ts';
import { replaceFolder, writeSynced } from '../files/atomic.ts';
import { nearest } from '../nearest.ts';
import { describe, type ExportContent, type ExportFile, exportContent, WIDE_FOLDER } from './content.ts';
import { toleranceFor } from './golden.ts';
import { readme } from './readme.ts';
import { type ExportTarget, findTarget, targetNames, WEB } from './targets.ts';
import { exportWeb } from './web.ts';

export interface ExportSummary {
  readonly out: string;
  readonly target: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

/** Bytes per write; system calls move at most 2 GiB. */
const PIECE = 1 << 28;
const DESCRIPTION = 'export.json';
/** The same from src/exports and from dist/exports. */
const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));

/**
 * Writes the export.
 * @param to one of `targetNames`
 * @param out a folder: new, empty, or an earlier export to the same target, which is replaced
 * @throws StarlingError BAD_OPTION for an unknown target or a model that the target cannot hold; NO_SUCH_FILE, BAD_MODEL,
 *   CANNOT_WRITE
 */
export async function exportModel(modelDir: string, to: string, out: string): Promise<ExportSummary> {
  if (to === WEB) {
    await exportWeb(modelDir, out);
    return { out, target: WEB, files: await filesIn(out) };
  }
  const target = namedTarget(to);
  await checkExportDestination(out, target.name);
  const content = await exportContent(modelDir);
  const { wide } = content;
  const programs = await Promise.all([
    ...target.python.map((name) => example('python', name)),
    ...target.javascript.map((name) => example('javascript', name)),
  ]);
  const written: { name: string; bytes: number; sha256: string }[] = [];
  await replaceFolder(out, async (folder) => {
    const put = async (file: ExportFile): Promise<void> => {
      written.push({ name: file.name, ...(await writeFile(join(folder, file.name), file.pieces)) });
    };
    for (const file of [...target.files(content), ...dataFiles(content)]) await put(file);
    if (wide) {
      await mkdir(join(folder, WIDE_FOLDER));
      const description = jsonFile(DESCRIPTION, describe(wide.content, target.name));
      for (const file of [...target.files(wide.content), ...dataFiles(wide.content), description]) {
        await put({ ...file, name: `${WIDE_FOLDER}/${file.name}` });
      }
    }
    for (const program of programs) await put(program);
    await put(textFile('README.md', readme(content, target)));
    const sha256 = Object.fromEntries(written.map(({ name, sha256 }) => [name, sha256]));
    const description = `${JSON.stringify({ ...describe(content, target.name), sha256 }, null, 2)}\n`;
    await writeSynced(join(folder, DESCRIPTION), description);
    written.push({ name: DESCRIPTION, bytes: Buffer.byteLength(description), sha256: '' });
  });
  return { out, target: target.name, files: written.map(({ name, bytes }) => ({ name, bytes })) };
}

/** What every export has, besides the target's own files: the terms, and the cases that prove a port. */
function dataFiles({ vectorizer, options, golden }: ExportContent): ExportFile[] {
  return [
    jsonFile('vocabulary.json', vectorizer.toJSON()),
    jsonFile('golden.json', { tolerance: toleranceFor(options.activation), cases: golden }),
  ];
}

async function filesIn(folder: string): Promise<{ name: string; bytes: number }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.sort().map(async (path) => ({ name: relative(folder, path), bytes: (await stat(path)).size })),
  );
}

function namedTarget(name: string): ExportTarget {
  const target = findTarget(name);
  if (target) return target;
  const near = nearest(name, targetNames);
  throw new StarlingError(
    'BAD_OPTION',
    `there is no export to "${name}", expected one of ${targetNames.join(', ')}`,
    near === undefined ? '' : `Did you mean --to ${near}?`,
  );
}

/**
 * Refuses a place that holds something else than an export to the same target.
 * @throws StarlingError CANNOT_WRITE
 */
export async function checkExportDestination(out: string, target: string): Promise<void> {
  const there = await stat(out).catch(() => null);
  if (!there) return;
  const refuse = (what: string): never => {
    throw new StarlingError('CANNOT_WRITE', `cannot write ${out}: ${what}`, 'Name a new folder.');
  };
  if (!there.isDirectory()) return refuse('it is a file');
  const names = await readdir(out).catch(() => refuse('it cannot be read'));
  if (names.length === 0) return;
  const description = await readFile(join(out, DESCRIPTION), 'utf8').catch(() => '');
  const found = targetOf(description);
  if (found === null) refuse('it holds something that is no export of starling');
  if (found !== target) refuse(`it holds an export to ${found}, not to ${target}`);
}

/** What an export.json says that it is, or null for another file. */
function targetOf(description: string): string | null {
  try {
    const { format, target } = JSON.parse(description) as Record<string, unknown>;
    return format === 'starling-export' && typeof target === 'string' ? target : null;
  } catch {
    return null;
  }
}

async function example(language: string, name: string): Promise<ExportFile> {
  return { name, pieces: [await readFile(join(EXAMPLES, language, name))] };
}

function textFile(name: string, text: string): ExportFile {
  return { name, pieces: [new TextEncoder().encode(text)] };
}

function jsonFile(name: string, value: unknown): ExportFile {
  return textFile(name, `${JSON.stringify(value)}\n`);
}

/** Writes the pieces one after another and waits until the disk has them. */
async function writeFile(
  path: string,
  pieces: readonly Uint8Array[],
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  let bytes = 0;
  try {
    for (const piece of pieces) {
      hash.update(piece);
      await writeAll(file, piece);
      bytes += piece.byteLength;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += (await file.write(bytes, at, Math.min(PIECE, bytes.length - at))).bytesWritten;
  }
}
