import { expect, test } from 'vitest';
import { type Line, readLines } from '../../src/corpus/lines.ts';
import { cut, stream } from './helpers.ts';

async function lines(chunks: readonly string[], limit?: number): Promise<Line[]> {
  const all: Line[] = [];
  for await (const line of readLines('', stream(chunks), limit)) all.push(line);
  return all;
}

test('lines end with LF or CRLF and nothing else, wherever the chunks end; blank ones are counted and left out', async () => {
  const text = 'one\r\n\n  \ntwo\u2028still two\nthree';
  for (const chunks of [[text], [...text]]) {
    expect((await lines(chunks)).map(({ line, text }) => [line, text])).toEqual([
      [1, 'one'],
      [4, 'two\u2028still two'],
      [5, 'three'],
    ]);
  }
});

test('a line that is too long has a problem, and the next one is read', async () => {
  const text = `${'x'.repeat(101)}\n${'y'.repeat(100)}\n${'z'.repeat(300)}`;
  for (const chunks of [[text], [...text], cut(text, [50, 90, 150])]) {
    const all = await lines(chunks, 100);
    expect(all.map(({ line, text }) => [line, text.length])).toEqual([
      [1, 0],
      [2, 100],
      [3, 0],
    ]);
    expect(all.map(({ problem }) => problem?.what)).toEqual([
      'the record is longer than 100 characters',
      undefined,
      'the record is longer than 100 characters',
    ]);
  }
});
