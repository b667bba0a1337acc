/** The completion scripts: what they list, and what the shells that are here make of them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { completedVerbs } from '../../src/cli/completion.ts';
import { createProgram } from '../../src/cli/program.ts';
import { verbs } from '../../src/cli/verbs.ts';
import { optionSpecs } from '../../src/options.ts';
import { starling, temporaryFolder } from './helpers.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
const folder = temporaryFolder();

function isHere(shell: string): boolean {
  try {
    execFileSync(shell, ['-c', 'exit 0'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const skipped = (shell: string): string => (isHere(shell) ? '' : ` (skipped: no ${shell} here)`);

const completed = completedVerbs(createProgram([]));

test('every verb is completed with exactly the flags that its help shows', async () => {
  expect(completed.map(({ name }) => name)).toEqual([...verbs.map(({ name }) => name), 'completion']);
  for (const { name, flags } of completed) {
    const { stdout } = await starling([name, '--help']);
    const shown = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)(?: |$)/gm)].map((found) => found[1]);
    expect([name, flags.map(({ flag }) => flag).sort()]).toEqual([name, shown.sort()]);
  }
});

test('values are completed where they can be known', () => {
  const { flags } = completed.find(({ name }) => name === 'train')!;
  const valueAfter = (flag: string) => flags.find((one) => one.flag === flag)?.value;
  expect(valueAfter('--activation')).toEqual(optionSpecs.activation.choices);
  expect(valueAfter('--format')).toContain('parquet');
  expect(valueAfter('--out')).toBe('folder');
  expect(valueAfter('--config')).toBe('file');
  expect(valueAfter('--seed')).toBe('any');
  expect(valueAfter('--quiet')).toBe('none');
  const exported = completed.find(({ name }) => name === 'export')!.flags;
  expect(exported.find(({ flag }) => flag === '--to')?.value).toEqual([
    'onnx',
    'tfjs',
    'safetensors',
    'csv',
    'web',
  ]);
});

describe.each(SHELLS)('%s', (shell) => {
  test.skipIf(!isHere(shell))(`reads its script without a complaint${skipped(shell)}`, async () => {
    const { code, stdout } = await starling(['completion', shell]);
    expect(code).toBe(0);
    const path = folder.file(`script.${shell}`, stdout);
    const checked = spawnSync(shell, ['-n', path], { encoding: 'utf8' });
    expect([checked.status, checked.stderr]).toEqual([0, '']);
  });
});

test('another shell is refused, with those that there are', async () => {
  const { code, stderr } = await starling(['completion', 'tcsh']);
  expect(code).toBe(2);
  expect(stderr).toContain('bash, zsh, fish');
});

test.skipIf(!isHere('bash'))(`in bash, words are completed as they are typed${skipped('bash')}`, async () => {
  const path = folder.file('bash.sh', (await starling(['completion', 'bash'])).stdout);
  const suggest = (...typed: string[]): string[] => {
    const words = ['starling', ...typed].map((word) => `'${word}'`).join(' ');
    const line = `source ${path}; COMP_WORDS=(${words}); COMP_CWORD=${typed.length}; _starling; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', line], { encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.split('\n').filter(Boolean);
  };
  expect(suggest('')).toEqual(expect.arrayContaining(['train', 'predict', 'export', 'help', '--version']));
  expect(suggest('ex')).toEqual(['experiment', 'explain', 'export']);
  expect(suggest('train', '--act')).toEqual(['--activation']);
  expect(suggest('train', 'a.csv', '--activation', 's')).toEqual(['softplus', 'sigmoid']);
  expect(suggest('export', 'model', '--to', 't')).toEqual(['tfjs']);
  expect(suggest('predict', '--act')).toEqual([]);
  expect(suggest('completion', 'f')).toEqual(['fish']);
  // Nothing is suggested: then readline completes files.
  expect(suggest('train', '--out', '')).toEqual([]);
  expect(suggest('train', 'rev')).toEqual([]);
});

test.skipIf(!isHere('fish'))(`in fish, words are completed as they are typed${skipped('fish')}`, async () => {
  const path = folder.file('fish.fish', (await starling(['completion', 'fish'])).stdout);
  const suggest = (typed: string): string[] => {
    const line = `source ${path}; complete -C '${typed}'`;
    const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', line], {
      encoding: 'utf8',
      cwd: folder.path,
    });
    expect(stderr).toBe('');
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((one) => one.split('\t')[0]);
  };
  expect(suggest('starling ex')).toEqual(['experiment', 'explain', 'export']);
  expect(suggest('starling train --act')).toEqual(['--activation']);
  expect(suggest('starling train --activation s')).toEqual(expect.arrayContaining(['softplus', 'sigmoid']));
  expect(suggest('starling export model --to t')).toEqual(['tfjs']);
  expect(suggest('starling completion f')).toEqual(['fish']);
});
