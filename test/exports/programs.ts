/** The programs of examples/, run for real. Python is whichever of the usual ones is there, with numpy or without. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function run(program: string, args: readonly string[], input = '', cwd?: string): Ran {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    input,
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  return { code: status, stdout: stdout ?? '', stderr: stderr ?? String(error) };
}

function pythonWith(statement: string): string | null {
  return (
    ['python3', '/usr/bin/python3', 'python'].find((name) => run(name, ['-c', statement]).code === 0) ?? null
  );
}

/** Null where there is none. 3.9 is the oldest that is maintained and that the programs need. */
export const python = pythonWith('import sys; assert sys.version_info >= (3, 9)');
export const pythonWithNumpy = pythonWith('import sys, numpy; assert sys.version_info >= (3, 9)');
export const pythonWithOnnxruntime = pythonWith('import numpy, onnxruntime');
