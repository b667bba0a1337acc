/**
 * Contenders are programs: each takes a task as its one JSON argument and prints its result as the last line of stdout.
 * A process of its own per run: no contender inherits another's warm caches, threads or heap.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

let running = null;
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.on(signal, () => {
    if (running?.exitCode === null) process.kill(-running.pid, signal);
    process.exit(code);
  });
}

/**
 * @param program file of this folder; .py runs under `python`, .mjs under this node
 * @param settings { python, threads, core }: with `core`, everything is pinned to that one core
 */
export function runContender(program, task, { python, threads, core }) {
  const command = [
    program.endsWith('.py') ? python : process.execPath,
    join(FOLDER, program),
    JSON.stringify(task),
  ];
  if (core !== undefined) command.unshift('taskset', '-c', String(core));
  const child = spawn(command[0], command.slice(1), {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true, // a process group of its own, so that an interrupt can end it with all that it started
    env: { ...process.env, ...pythonEnvironment(threads) },
  });
  running = child;
  return new Promise((resolve, reject) => {
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(stdout.trimEnd().split('\n').at(-1)));
      else reject(new Error(`${program} ended with ${code}`));
    });
  });
}

/**
 * The Python peers at their best. PyTorch's own threads are OpenMP's, and Debian's OpenBLAS brings a second pool: on few
 * cores the two fight while they spin. Where Debian's libopenblas0-openmp is installed, one pool serves both; and
 * waiting threads sleep instead of spinning (measured: 1.4 times the work per CPU second).
 */
function pythonEnvironment(threads) {
  const blas = openmpBlas();
  return {
    OMP_NUM_THREADS: String(threads),
    OPENBLAS_NUM_THREADS: String(threads),
    OMP_WAIT_POLICY: 'passive',
    PYTHONDONTWRITEBYTECODE: '1', // no __pycache__ in the repository
    ...(blas && { LD_LIBRARY_PATH: [blas, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':') }),
  };
}

/** Folder of the OpenBLAS that uses OpenMP's threads, or null. */
export function openmpBlas() {
  const library = '/usr/lib';
  if (!existsSync(library)) return null;
  const folders = readdirSync(library).map((name) => join(library, name, 'openblas-openmp'));
  return folders.find((folder) => existsSync(folder)) ?? null;
}

/** What is installed: for each need a version, or the sentence that says why its contenders are skipped. */
export function findPeers(python) {
  const module = (name, packageName) => {
    const code = `import ${name}; print(${name}.__version__)`;
    const { status, stdout } = spawnSync(python, ['-c', code], { encoding: 'utf8' });
    return status === 0
      ? { version: stdout.trim() }
      : { missing: `${name} is not installed for ${python} (Debian: apt-get install ${packageName})` };
  };
  const fasttext = spawnSync('fasttext', [], { encoding: 'utf8' });
  const taskset = spawnSync('taskset', ['--version'], { encoding: 'utf8' });
  return {
    torch: module('torch', 'python3-torch'),
    sklearn: module('sklearn', 'python3-sklearn'),
    fasttext: fasttext.error
      ? { missing: 'fasttext is not installed (Debian: apt-get install fasttext)' }
      : { version: debianVersion('fasttext') },
    tfjs: existsSync(join(FOLDER, '../../node_modules/@tensorflow/tfjs-backend-wasm'))
      ? { version: '4.22' }
      : { missing: 'tfjs is not installed (npm ci)' },
    taskset: taskset.error ? { missing: 'taskset is not installed (util-linux)' } : { version: '' },
  };
}

function debianVersion(name) {
  const { stdout } = spawnSync('dpkg-query', ['--status', name], { encoding: 'utf8' });
  return /^Version: (.*)$/m.exec(stdout ?? '')?.[1] ?? '';
}
