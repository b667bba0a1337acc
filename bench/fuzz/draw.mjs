/**
 * What hostile inputs are made from: the draws, which depend on the seed, the reader and the input's number alone, and the
 * numbers and pieces of text that were chosen to hurt.
 */
import { createHash } from 'node:crypto';
import { randomFrom } from '../mulberry.mjs';

/** What an input is made with: all draws come from here. */
export class Draw {
  constructor(seed, target, number) {
    this.next = randomFrom(
      createHash('sha256').update(`${seed} ${target} ${number}`).digest().readUInt32LE(),
    );
  }
  below(n) {
    return Math.floor(this.next() * n);
  }
  chance(p) {
    return this.next() < p;
  }
  of(list) {
    return list[this.below(list.length)];
  }
  many(most, make) {
    return Array.from({ length: this.below(most + 1) }, make);
  }
}

export const NUMBERS = [
  ...[0, -0, -1, 1, 2, 3, 1.5, 255, 256, 65536, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32 - 1, 2 ** 32],
  ...[2 ** 53 - 1, 2 ** 53, -(2 ** 53), 1e15, 1e21, 1e300, 1e308, -1e308, 1e-320, 0.1, 1e9, 1e10],
];

export const PIECES = [
  ...[
    'text',
    'rating',
    'id',
    'stars',
    '__proto__',
    'constructor',
    'hasOwnProperty',
    'toString',
    '"',
    '""',
    '"""',
  ],
  ...[
    ',',
    ';',
    '\t',
    '|',
    '\n',
    '\r',
    '\r\n',
    ' ',
    '\0',
    '\ufeff',
    '\uffff',
    '\ufffd',
    '\ud800',
    '\udc00',
    '\u2028',
  ],
  ...[
    '5',
    '4.5',
    '-3',
    '1e999',
    '1e-400',
    'NaN',
    'Infinity',
    '0x10',
    '1,5',
    '٣',
    '9'.repeat(400),
    'e\u0301',
    '🙂',
  ],
  ...[
    '=1+1',
    '@SUM(A1)',
    "-2+3+cmd|' /C calc'!A0",
    '+1',
    '\tx',
    '<script>',
    '&#0;',
    '&#x110000;',
    '&amp;',
    '\x1b[2J',
  ],
  ...[
    'good',
    'bad',
    'a',
    "don't",
    '{',
    '}',
    '[',
    ']',
    ':',
    '{"text":"x"}',
    '{"text":"x","rating":3}',
    '\\',
    '//',
  ],
  ...[
    'text,rating\n',
    'id,text,rating\n',
    'text\trating\n',
    '__label__5 fine',
    '1 3:0.5 7:1',
    '4 99999999999:1',
  ],
];
