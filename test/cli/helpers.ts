/** The built command line, spawned for real, and small files to give it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, inject } from 'vitest';

export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
export const CORPORA = fileURLToPath(new URL('../../corpora/', import.meta.url));

if (inject('buildFailure') !== '') throw new Error(inject('buildFailure'));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ReturnType<typeof spawn>;
  readonly ended: Promise<Ended>;
  /** Resolves once standard output (or error) holds the text. */
  heard(text: string, stream?: 'stdout' | 'stderr'): Promise<void>;
}

interface Surroundings {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Another program than the one that was built. */
  readonly main?: string;
}

/** Starts the command line; standard input stays open unless there is an `input`. */
export function start(args: readonly string[], { env, cwd, input, main = MAIN }: Surroundings = {}): Running {
  const child = spawn(process.execPath, [main, ...args], { cwd, env: { ...process.env, ...env } });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  }
  child.stdin.on('error', () => {}); // a child that does not read is tested elsewhere
  if (input !== undefined) child.stdin.end(input);
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code, ...said }));
  });
  const heard = async (text: string, stream: 'stdout' | 'stderr' = 'stdout'): Promise<void> => {
    while (!said[stream].includes(text)) {
      if (child.exitCode !== null) throw new Error(`ended without "${text}": ${said.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  return { child, ended, heard };
}

/** Runs the command line to its end. */
export function starling(args: readonly string[], surroundings: Surroundings = {}): Promise<Ended> {
  return start(args, { input: '', ...surroundings }).ended;
}

/** The one JSON object on standard output. */
export function json<T = Record<string, unknown>>({ code, stdout, stderr }: Ended): T {
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/** A folder that is taken away after the file's tests. */
export function temporaryFolder(): { readonly path: string; file(name: string, content?: string): string } {
  const path = mkdtempSync(join(tmpdir(), 'starling-cli-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    file(name, content) {
      const full = join(path, name);
      if (content !== undefined) writeFileSync(full, content);
      return full;
    },
  };
}

const good = ['lovely', 'great', 'tasty', 'kind'];
const bad = ['awful', 'cold', 'rude', 'bland'];
const things = ['food', 'soup', 'staff', 'place', 'table'];

/** A CSV of reviews whose words give their rating away. */
export function sampleCsv(reviews: number): string {
  const lines = Array.from({ length: reviews }, (_, i) => {
    const rating = 1 + (i % 5);
    const words = [0, 1, 2, 3].map((k) => (k < rating - 1 ? good : bad)[(i + k) % 4]);
    return `${i + 1},the ${things[i % 5]} was ${words.join(' and ')} ${i},${rating}`;
  });
  return `id,text,rating\n${lines.join('\n')}\n`;
}

/** Options with which a training takes no time. */
export const TINY = [
  ...['--hidden', '8', '--pretrain-epochs', '1', '--epochs', '2', '--threads', '1', '--transfer', 'none'],
];

/** What a terminal would take as a command. */
export const ESCAPE = '\x1b';
