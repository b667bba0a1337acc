import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { flagOf } from '../../src/cli/option-flags.ts';
import { type OptionSpec, optionNames, optionSpecs } from '../../src/options.ts';
import { ESCAPE, json, MAIN, starling } from './helpers.ts';

const verbs = ['inspect', 'pretrain', 'train', 'crossvalidate', 'evaluate', 'predict', 'explain'];

/** Help text with its line breaks taken out. */
async function help(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await starling([...args, '--help']);
  expect(code).toBe(0);
  expect(stderr).toBe('');
  return stdout.replace(/\s+/g, ' ');
}

test('the help of crossvalidate lists every option with its help line and its default', async () => {
  const text = await help('crossvalidate');
  for (const name of optionNames) {
    const spec: OptionSpec = optionSpecs[name];
    const list = Array.isArray(spec.default) ? spec.default.join(',') : spec.default;
    const shown = list === '' && 'empty' in spec ? spec.empty : String(list);
    if (spec.type === 'boolean') {
      const flag = spec.default ? `--no-${flagOf(name).slice(2)} do not` : flagOf(name);
      const setting = spec.default ? flagOf(name) : 'off';
      expect(text).toContain(`${flag} ${spec.help} (default: ${setting})`);
    } else {
      expect(text).toContain(` ${flagOf(name)} <`);
      expect(text).toContain(`> ${spec.help} (`);
      const choices = spec.type === 'choice' ? `${spec.choices.join(', ')}; ` : '';
      expect(text).toContain(`${spec.help} (${choices}default: ${shown})`);
    }
  }
});

test('each verb shows the groups that matter to it and no others', async () => {
  const groups: Record<string, string[]> = {
    inspect: ['Text:', 'Run:'],
    pretrain: ['Text:', 'Network:', 'Pre-training:', 'Run:'],
    train: ['Text:', 'Network:', 'Pre-training:', 'Fine-tuning:', 'Run:'],
    crossvalidate: ['Text:', 'Network:', 'Pre-training:', 'Fine-tuning:', 'Evaluation:', 'Run:'],
    evaluate: ['Run:'],
    predict: ['Run:'],
    explain: ['Run:'],
  };
  const all = groups.crossvalidate;
  for (const verb of verbs) {
    const { stdout } = await starling([verb, '--help']);
    const shown = all.filter((heading) => stdout.includes(`\n${heading}\n`));
    expect([verb, shown]).toEqual([verb, groups[verb]]);
  }
});

test('each verb takes --json, --quiet, --seed and --config, and ends its help with examples and exit codes', async () => {
  for (const verb of verbs) {
    const text = await help(verb);
    for (const flag of ['--json', '--quiet', '--seed', '--config', '--text'])
      expect(text).toContain(` ${flag} `);
    expect(text).toMatch(
      new RegExp(`Examples: \\$.*starling ${verb} [^$]* Exit codes: 0 well, .*interrupted\\. $`),
    );
  }
});

test('the help names all verbs, and piped it holds no escape codes', async () => {
  const text = await help();
  for (const verb of verbs) expect(text).toContain(` ${verb} `);
  expect(text).not.toContain(ESCAPE);
});

test('the help comes within 150 ms of what Node itself needs to start', () => {
  const best = (...args: string[]): number => {
    const times = Array.from({ length: 7 }, () => {
      const began = performance.now();
      spawnSync(process.execPath, args);
      return performance.now() - began;
    });
    return Math.min(...times);
  };
  expect(best(MAIN, '--help') - best('-e', '0')).toBeLessThan(150);
});

test('without a verb the help goes to standard error and the exit code says usage', async () => {
  const { code, stdout, stderr } = await starling([]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('Usage: starling VERB');
});

test('--version prints the version; with --json also Node, the engine and the kernels', async () => {
  const plain = await starling(['--version']);
  const full = json(await starling(['--version', '--json']));
  expect(plain).toEqual({ code: 0, stdout: `${full.version}\n`, stderr: '' });
  expect(full.node).toBe(process.versions.node);
  expect(full.engine).toMatch(/^(wasm|native-)/);
  expect(full.kernels).toContain('reference');
  expect(full.kernels).toContain(full.engine);
});
