/** What stands where a model, a file or a text may stand. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { modelOperand, textOperands } from '../../src/cli/model-operand.ts';
import { starling } from './helpers.ts';

const folder = mkdtempSync(join(tmpdir(), 'starling-operand-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the model', () => {
  test('is the folder that was named, there or not', async () => {
    expect(await modelOperand(folder, ['a.csv'])).toEqual({ folder, rest: ['a.csv'] });
    expect((await modelOperand('no-such-folder')).folder).toBe('no-such-folder');
    const spaced = join(folder, 'my model');
    mkdirSync(spaced);
    expect((await modelOperand(spaced)).folder).toBe(spaced);
  });

  test.each(['general', 'restaurants'])('%s is the one that comes with starling', async (name) => {
    const { folder: found, rest } = await modelOperand(name, ['a.csv']);
    expect(existsSync(join(found, 'model.safetensors'))).toBe(true);
    expect(rest).toEqual(['a.csv']);
  });

  test('is the general one where a text stands in its place', async () => {
    const { folder: found, rest } = await modelOperand('The soup was cold.', ['So was the tea.']);
    expect(found).toBe((await modelOperand('general')).folder);
    expect(rest).toEqual(['The soup was cold.', 'So was the tea.']);
    // A name of several words that ends like a file is a mistyped name, not a review.
    expect((await modelOperand('my reviews.csv')).folder).toBe('my reviews.csv');
  });
});

describe('what stands behind it', () => {
  test('are files, or texts, one per line', async () => {
    const file = join(folder, 'two words');
    writeFileSync(file, 'text\nsoup\n');
    expect(await textOperands([])).toBeNull();
    expect(await textOperands([file, 'missing.csv'])).toBeNull();
    const lines = await textOperands(['The soup\nwas cold.', 'So was the tea.']);
    expect(new TextDecoder().decode(lines!)).toBe('The soup was cold.\nSo was the tea.');
  });

  test('cannot be both', async () => {
    await expect(textOperands(['The soup was cold.', 'new.csv'])).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringContaining('new.csv stands beside a text'),
    });
  });
});

test.skipIf(inject('buildFailure') !== '')(
  'texts on the command line are rated by the general model',
  async () => {
    const { code, stdout, stderr } = await starling([
      'predict',
      'Wonderful, the best I ever had, highly recommended!',
      'Terrible, a waste of money, it broke at once.',
      '--json',
    ]);
    expect([code, stderr]).toEqual([0, '']);
    const [good, bad] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(good.text).toMatch(/^Wonderful/);
    expect(good.predicted_rating).toBeGreaterThan(4.3);
    expect(bad.predicted_rating).toBeLessThan(1.7);
  },
);
