/** Review files: every format, encoding and compression, whole and in chunks. */
import { gzipSync } from 'node:zlib';
import { mutated, nastyJson } from './damage.mjs';
import { PIECES } from './draw.mjs';
import { check } from './sound.mjs';

const ENCODINGS = [
  undefined,
  undefined,
  'utf-8',
  'latin1',
  'utf-16le',
  'utf-16be',
  'shift_jis',
  'gb18030',
  'x-none',
];

/** Bytes of a review file, and how they are read. */
function reviewFile(draw) {
  let bytes;
  const kind = draw.below(8);
  if (kind < 4) {
    const head = draw.chance(0.6)
      ? draw.of(['text,rating\n', 'id,text,rating\n', 'text\tstars\n', '{"text":'])
      : '';
    const pieces = draw.chance(0.2) ? [...PIECES, '\0', '\uffff', '\ud800'] : PIECES;
    const body = draw.many(draw.of([3, 10, 60]), () => draw.of(pieces)).join('');
    bytes = Buffer.from(head + body, draw.chance(0.1) ? 'utf16le' : 'utf8');
  } else if (kind === 4) {
    const line = () => {
      const fields = draw.many(4, () => `${JSON.stringify(draw.of(PIECES))}:${nastyJson(draw)}`);
      return `{"text":${draw.chance(0.7) ? '"fine"' : nastyJson(draw)}${fields.map((f) => `,${f}`).join('')}}`;
    };
    bytes = Buffer.from(draw.many(5, line).join('\n'));
  } else if (kind === 5) {
    bytes = Buffer.from(Array.from({ length: draw.below(300) }, () => draw.below(256)));
  } else if (kind === 6) {
    const long = draw.of(PIECES).repeat(draw.below(20000));
    bytes = Buffer.from(`text,rating\n${draw.of(['', '"', '{'])}${long}\nfine,3\n`);
  } else {
    const sound = [
      'text,rating\nfine,3\n"two\nlines",4\n',
      '{"text":"fine","rating":3}\n{"text":"bad"}\n',
      'a\nb\n',
    ];
    bytes = mutated(Buffer.from(draw.of(sound).repeat(1 + draw.below(20))), draw);
  }
  const label = draw.below(20);
  if (label === 0) bytes = gzipSync(bytes);
  if (label === 1) bytes = mutated(gzipSync(bytes), draw);
  if (label === 2) bytes = gzipSync(gzipSync(bytes));
  if (label === 3 && draw.chance(0.02))
    bytes = gzipSync(Buffer.alloc(40e6, draw.of(['\0', 'a', '"', '\n', ','])));
  const chunks = [];
  for (let at = 0; at < bytes.length; ) {
    const size = draw.chance(0.5) ? bytes.length : 1 + draw.below(50);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  const format = draw.of([
    undefined,
    undefined,
    undefined,
    'csv',
    'tsv',
    'jsonl',
    'txt',
    'fasttext',
    'svmlight',
  ]);
  return {
    chunks,
    options: {
      format,
      words: format === 'svmlight' ? ['a', 'b', 'c'] : undefined,
      encoding: draw.chance(0.2) ? draw.of(ENCODINGS) : undefined,
      delimiter: draw.chance(0.1) ? draw.of([',', '"', '\n', '', 'tab', 'ab', '\0', '🙂']) : undefined,
      text: draw.chance(0.1) ? draw.of(['__proto__', 'constructor', 'text', '']) : undefined,
      rating: draw.chance(0.1) ? draw.of(['__proto__', 'rating', 'nothing']) : undefined,
      skipBadRows: draw.chance(0.5),
    },
  };
}

/** @returns what the reader does with the input of a draw; a StarlingError is as good as an answer */
export async function reader(load) {
  const { readTable } = await load('corpus/read-table.js');
  const { RatedRows } = await load('report/rated-rows.js');
  const prediction = { rating: 3, distribution: [0, 0, 1, 0, 0], knownTerms: 1 };
  return async (draw) => {
    const { chunks, options } = reviewFile(draw);
    const rated = new RatedRows({ levels: [1, 2, 3, 4, 5], distribution: true, json: draw.chance(0.3) });
    for await (const row of readTable('-', { ...options, input: chunks })) {
      const { text, rating, id } = row.review;
      check(typeof text === 'string' && typeof id === 'string', 'text or id');
      check(row.head.format === 'jsonl' || !/[\0\uffff]/.test(text), 'damage in a text');
      check(rating === null || Number.isFinite(rating), `rating ${rating}`);
      check(typeof rated.lines([row], [prediction]) === 'string', 'rated row');
    }
  };
}
