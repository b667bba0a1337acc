/** Work in pieces, as jobs of a scheduler do it: each in a process of its own; together they give what one process gives. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { json, sampleCsv, starling, start, TINY, temporaryFolder } from './helpers.ts';

// Many processes: a busy machine takes its time.
vi.setConfig({ testTimeout: 180_000 });

const folder = temporaryFolder();
const reviews = folder.file('reviews.csv', sampleCsv(120));
const unlabelled = folder.file('more.csv', sampleCsv(150).replace('id,text,rating', 'id,text,stars'));

/** What is not a time. A time is a number of seconds: what stands for it has no digits. */
function timeless(text: string): string {
  return text
    .replace(/"seconds": [\d.e-]+/g, '"seconds": s')
    .replace(/, in [\d.]+ s\./g, ', in s.')
    .replace(/\d+(\.\d+)? s\.(?=\n)/g, 's.')
    .replace(/ [\d.]+(?=\n)/g, ' s')
    .replace(/<td class="n">\d+\.\d<\/td><\/tr>/g, '<td>s</td></tr>')
    .replace(/ on \d{4}-\d\d-\d\d \d\d:\d\d UTC/g, '');
}

describe('crossvalidate in pieces', () => {
  const flags = [reviews, ...TINY, '--folds', '3', '--levels', '1,2,3,4,5', '--quiet'];
  const shared = [...flags, '--unlabelled', unlabelled];

  test.each([
    ['each fold with its own pre-training', flags],
    ['one pre-training for all folds', shared],
  ])('%s: table, JSON and report are those of one process, but for times', async (name, args) => {
    const pieces = folder.file(`pieces of ${name}`);
    const env = (index: number) => ({ env: { JOB_COMPLETION_INDEX: String(index) } });
    for (const index of [2, 0, 1]) {
      const made = json(
        await starling(
          ['crossvalidate', ...args, '--fold', 'auto', '--pieces', pieces, '--json'],
          env(index),
        ),
      );
      expect(made).toMatchObject({ dir: pieces, of: 3, pieces: [{ fold: index + 1, computed: true }] });
    }
    expect(readdirSync(pieces).sort()).toEqual(['fold-1.json', 'fold-2.json', 'fold-3.json']);
    const report = folder.file('report.html');
    const both = async (...more: string[]) => {
      const one = await starling(['crossvalidate', ...args, ...more]);
      const page = more.includes(report) ? readFileSync(report, 'utf8') : '';
      rmSync(report, { force: true });
      const merged = await starling(['crossvalidate', ...args, ...more, '--merge', pieces]);
      expect([one.code, merged.code, merged.stderr]).toEqual([0, 0, '']);
      expect(timeless(merged.stdout)).toBe(timeless(one.stdout));
      if (more.includes(report)) {
        expect(timeless(readFileSync(report, 'utf8'))).toBe(timeless(page));
        // The two may have been made in the same minute, or not.
        expect(timeless(page)).not.toContain('UTC');
      }
      return one.stdout;
    };
    expect(await both()).toContain('this network');
    expect(await both('--json', '--report', report)).toContain('"rmse"');
  });

  test('with encoders that were pre-trained once, too', async () => {
    const encoders = folder.file('encoders');
    const shape = ['--hidden', '6', '--pretrain-epochs', '1', '--threads', '1', '--quiet'];
    json(await starling(['pretrain', unlabelled, ...shape, '--out', encoders, '--json']));
    const args = [
      'crossvalidate',
      reviews,
      '--encoders',
      encoders,
      '--epochs',
      '2',
      '--folds',
      '2',
      '--quiet',
    ];
    const pieces = folder.file('with encoders');
    const { code } = await starling([...args, '--fold', '1,2', '--pieces', pieces]);
    expect(code).toBe(0);
    const one = await starling([...args, '--json']);
    const merged = await starling([...args, '--json', '--merge', pieces]);
    expect(timeless(merged.stdout)).toBe(timeless(one.stdout));
    const without = await starling([
      ...args.filter((arg) => arg !== '--encoders' && arg !== encoders),
      '--merge',
      pieces,
    ]);
    expect([without.code, without.stdout]).toEqual([3, '']);
    expect(without.stderr).toContain('the given encoders are others');
  });

  test('a fold that is there is not computed again; one that is damaged is', async () => {
    const pieces = folder.file('again');
    const args = ['crossvalidate', ...flags, '--fold', '2', '--pieces', pieces, '--json'];
    const computed = async () =>
      json<{ pieces: { computed: boolean }[] }>(await starling(args)).pieces[0].computed;
    expect(await computed()).toBe(true);
    const whole = readFileSync(join(pieces, 'fold-2.json'));
    expect(await computed()).toBe(false);
    expect(readFileSync(join(pieces, 'fold-2.json'))).toEqual(whole);
    writeFileSync(join(pieces, 'fold-2.json'), whole.subarray(0, whole.length / 2));
    expect(await computed()).toBe(true);
  });

  test('pieces with other options, or other reviews, are refused when they are made and when they are merged', async () => {
    const pieces = folder.file('mixed');
    await starling(['crossvalidate', ...flags, '--fold', '1', '--pieces', pieces]);
    const other = await starling([
      'crossvalidate',
      ...flags,
      '--seed',
      '5',
      '--fold',
      '2',
      '--pieces',
      pieces,
    ]);
    expect([other.code, other.stdout]).toEqual([3, '']);
    expect(other.stderr).toContain('belongs to another run: seed was 1, now it is 5');
    const changed = folder.file('changed.csv', sampleCsv(120).replace('lovely', 'nice'));
    const merged = await starling(['crossvalidate', changed, ...flags.slice(1), '--merge', pieces]);
    expect(merged.stderr).toContain('the reviews are others');
    const missing = await starling(['crossvalidate', ...flags, '--merge', pieces]);
    expect([missing.code, missing.stderr]).toEqual([
      3,
      expect.stringContaining('2 of 3 pieces are missing: fold 2, 3\n'),
    ]);
  });

  test('a job that is stopped goes on from its checkpoint, and the piece is the same', async () => {
    const size = ['--hidden', '32', '--pretrain-epochs', '1', '--epochs', '12', '--patience', '12'];
    const stopped = folder.file('stopped');
    const args = ['crossvalidate', reviews, ...size, '--threads', '1', '--folds', '3', '--fold', '3'];
    const job = start([...args, '--checkpoint-every', '0', '--pieces', stopped], { input: '' });
    while (!existsSync(join(stopped, 'fold-3.checkpoint', 'fold-3.network'))) {
      expect(job.child.exitCode).toBeNull();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    job.child.kill('SIGTERM');
    expect((await job.ended).code).toBe(143);
    expect(readdirSync(stopped)).toEqual(['fold-3.checkpoint']);
    expect((await starling([...args, '--pieces', stopped])).code).toBe(0);
    expect(readdirSync(stopped)).toEqual(['fold-3.json']);
    const fresh = folder.file('fresh');
    await starling([...args, '--pieces', fresh]);
    const content = (dir: string) => {
      const { identity, data, arrays } = JSON.parse(readFileSync(join(dir, 'fold-3.json'), 'utf8')).content;
      return { identity, data: { ...data, result: { ...data.result, seconds: 0 } }, arrays };
    };
    expect(content(stopped)).toEqual(content(fresh));
  });
});

describe('predict in pieces', () => {
  const model = folder.file('model');
  const rows = folder.file('rows.csv', sampleCsv(2500));
  const objects = folder.file(
    'objects.jsonl',
    Array.from({ length: 30 }, (_, i) => `{"n":${i},"text":"good ${i}"}\n`).join(''),
  );
  const texts = folder.file(
    'rows.txt',
    `${['one fine day', '', 'cold soup', '', '', 'great'].join('\n')}\n`.repeat(40),
  );

  async function trained(): Promise<string> {
    if (!existsSync(model)) {
      await starling(['train', reviews, ...TINY, '--hidden', '4', '--out', model, '--quiet']);
    }
    return model;
  }

  /** What N jobs leave, merged, and what one process writes. */
  async function bothWays(of: number, name: string, files: string[], flags: string[] = []) {
    const folderOf = await trained();
    const [single, merged] = [folder.file(`single-${name}`), folder.file(name)];
    const said = (await starling(['predict', folderOf, ...files, ...flags, '--out', single])).stderr;
    for (let k = of; k >= 1; k--) {
      const args = ['predict', folderOf, ...files, ...flags, '--shard', `${k}/${of}`, '--out', merged];
      const { code, stdout, stderr } = await starling(args);
      expect([code, stdout, stderr]).toEqual([0, '', expect.stringContaining(`Piece ${k} of ${of}`)]);
    }
    const { code, stderr } = await starling([
      'predict',
      folderOf,
      '--merge',
      `${merged}.pieces`,
      '--out',
      merged,
    ]);
    expect([code, stderr]).toEqual([0, said]);
    return { single: readFileSync(single), merged: readFileSync(merged), pieces: `${merged}.pieces` };
  }

  test.each([
    ['csv', 3, [rows], []],
    ['csv', 4, [rows, rows], ['--distribution', '--spreadsheet']],
    ['csv.gz', 2, [rows], []],
    ['jsonl', 3, [rows], ['--json']],
    ['parquet', 3, [rows], ['--distribution']],
    ['jsonl', 4, [rows], []],
    ['objects.csv', 4, [objects], ['--distribution']],
    ['txt', 5, [texts, texts], []],
  ])('%s in %i pieces: merged, the bytes of one process', async (kind, of, files, flags) => {
    const { single, merged } = await bothWays(of, `rated-${of}.${kind}`, files, flags);
    expect(single.length).toBeGreaterThan(100);
    expect(merged.equals(single)).toBe(true);
  });

  test('the files of rows, one after another, are that too; more pieces than rows leave some empty', async () => {
    const few = folder.file('few.csv', sampleCsv(2));
    const { single, pieces } = await bothWays(3, 'rated-few.csv', [few]);
    const parts = [1, 2, 3].map((k) => readFileSync(join(pieces, `shard-${k}.rows`), 'utf8'));
    expect(parts[0]).toBe('');
    expect(parts.join('')).toBe(single.toString());
  });

  test('a piece that is there is not rated again; merging checks the model, the pieces and the output', async () => {
    const { pieces } = await bothWays(2, 'checked.csv', [rows]);
    const out = pieces.replace('.pieces', '');
    const args = ['predict', model, rows, '--shard', '1/2', '--out', out];
    expect((await starling(args)).stderr).toContain('(rows 1 to 1,250 of 2,500) is in');
    expect((await starling(args)).stderr).toContain('already.');
    const json = await starling([...args, '--json']);
    expect([json.code, json.stderr]).toEqual([
      3,
      expect.stringContaining('output was "csv", now it is "json"'),
    ]);

    const merge = ['predict', model, '--merge', pieces];
    const { stdout } = await starling(merge);
    expect(stdout).toContain('id,text,rating,predicted_rating\n1,');
    expect((await starling([...merge, rows])).stderr).toContain('--merge reads no review files');
    expect((await starling([...merge, '--out', folder.file('x.parquet')])).stderr).toContain(
      'were not made for a Parquet',
    );
    const second = folder.file('second model');
    await starling(['train', reviews, ...TINY, '--seed', '9', '--out', second, '--quiet']);
    const otherModel = await starling(['predict', second, '--merge', pieces]);
    expect([otherModel.code, otherModel.stdout, otherModel.stderr]).toEqual([
      3,
      '',
      expect.stringContaining('the model is another'),
    ]);

    const part = join(pieces, 'shard-2.rows');
    const whole = readFileSync(part, 'utf8');
    writeFileSync(part, whole.replace('2400', '2401'));
    const damaged = await starling(merge);
    expect([damaged.code, damaged.stdout]).toEqual([3, '']);
    expect(damaged.stderr).toContain('shard-2.rows is damaged');
    await starling(['predict', model, rows, '--shard', '2/2', '--out', out]);
    expect(readFileSync(part, 'utf8')).toBe(whole);
    rmSync(join(pieces, 'shard-2.json'));
    expect((await starling(merge)).stderr).toContain('1 of 2 pieces are missing: shard 2');
  });

  test('standard input has no pieces, and a piece needs a place', async () => {
    const folderOf = await trained();
    expect((await starling(['predict', folderOf, '--shard', '1/2', '--out', 'x'])).code).toBe(2);
    const { code, stderr } = await starling(['predict', folderOf, rows, '--shard', '1/2']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('no place for the piece')]);
  });
});
