/**
 * Hostile files for every reader: review files, model folders, configuration files, checkpoints. Each input must end in a
 * StarlingError or in an answer that is sound, within a bounded time and a bounded memory; anything else is printed with
 * the numbers that make it again, and the exit code is 1.
 *
 *     node bench/fuzz.mjs [--count 100000] [--seed 1] [--only reviews|model|config|checkpoint] [--case N]
 *
 * The inputs depend on the seed and their number alone. Half of them are made from pieces that were chosen to hurt, half are
 * sound files with bytes changed; files whose sums are checked are sealed again, so that what lies behind is reached too.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';

/** Share of the inputs that each reader gets. */
const SHARES = { config: 0.14, checkpoint: 0.03, model: 0.08, reviews: 0.75 };
/** Seconds of the processor (a busy machine is no hang) after which an input counts as a hang, and MiB of the process beyond which memory counts as unbounded. */
const LONGEST = 20;
/** The same for an input that waits without working. */
const LONGEST_WAIT = 300;
const MOST_MEMORY = 1500;

/** Numbers from 0 to 1, the same for the same seed (mulberry32, public domain). */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What an input is made with: all draws come from here. */
class Draw {
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

const NUMBERS = [
  ...[0, -0, -1, 1, 2, 3, 1.5, 255, 256, 65536, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32 - 1, 2 ** 32],
  ...[2 ** 53 - 1, 2 ** 53, -(2 ** 53), 1e15, 1e21, 1e300, 1e308, -1e308, 1e-320, 0.1, 1e9, 1e10],
];
const deep = (depth, open, close) => open.repeat(depth) + close.repeat(depth);

/** A JSON text that hurts. */
function nastyJson(draw) {
  const kinds = [
    () => String(draw.of(NUMBERS)),
    () =>
      draw.of(['null', 'true', 'false', '""', '[]', '{}', '1e999', '-1e999', 'NaN', '[null]', '"__proto__"']),
    () => JSON.stringify('x'.repeat(draw.below(3000))),
    () => deep(10 ** (1 + draw.below(4)) + draw.below(9), '[', ']'),
    () => deep(draw.below(20000), '{"a":', '1}').replace('{"a":1}', '{"a":2}'),
    () => draw.of(['"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"', '"\ufffe"', '"\ud800"', '"\\u202e"']),
    () => `[${Array.from({ length: draw.below(2000) }, () => draw.of(NUMBERS)).join()}]`,
    () => '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"length":-1}',
  ];
  return draw.of(kinds)();
}

const PIECES = [
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

/** The same bytes with some of them changed, cut, doubled or put elsewhere. */
function mutated(bytes, draw) {
  let result = Buffer.from(bytes);
  for (let n = 1 + draw.below(4); n > 0; n--) {
    const at = draw.below(result.length + 1);
    const length = draw.below(16);
    const kind = draw.below(5);
    if (kind === 0 && at < result.length) result[at] ^= 1 << draw.below(8);
    else if (kind === 1) result = Buffer.concat([result.subarray(0, at), result.subarray(at + length)]);
    else if (kind === 2) result = Buffer.from(result.subarray(0, at));
    else if (kind === 3) {
      const piece = Buffer.from(draw.of(PIECES));
      result = Buffer.concat([result.subarray(0, at), piece, result.subarray(at)]);
    } else result = Buffer.concat([result.subarray(0, at + length), result.subarray(at)]);
  }
  return result;
}

/** A JSON value with one value somewhere in it replaced, taken away or added. */
function mutatedJson(value, draw) {
  const paths = [];
  const visit = (inner, path) => {
    if (paths.length < 400) paths.push(path);
    if (typeof inner === 'object' && inner !== null) {
      for (const key of Object.keys(inner).slice(0, 60)) visit(inner[key], [...path, key]);
    }
  };
  visit(value, []);
  let text = JSON.stringify(value);
  for (let n = 1 + draw.below(2); n > 0; n--) {
    const copy = JSON.parse(text);
    const path = draw.of(paths);
    if (path.length === 0) return nastyJson(draw);
    let parent = copy;
    for (const key of path.slice(0, -1)) parent = parent?.[key];
    if (typeof parent !== 'object' || parent === null) continue;
    const key = path.at(-1);
    if (draw.chance(0.15)) delete parent[key];
    else if (typeof parent[key] === 'number' && draw.chance(0.6)) {
      parent[key] = draw.chance(0.5) ? draw.of(NUMBERS) : parent[key] + draw.of([-1, 1, 1e-9, 0.5]);
      text = JSON.stringify(copy);
      continue;
    } else parent[key] = '@@here@@';
    text = JSON.stringify(copy).replace('"@@here@@"', () => nastyJson(draw));
    try {
      JSON.parse(text);
    } catch {
      return text;
    }
  }
  return text;
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** A safetensors file with its header or its numbers changed. */
function mutatedTensors(bytes, draw) {
  if (draw.chance(0.3)) return mutated(bytes, draw);
  const length = Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString());
  const numbers = Buffer.from(bytes.subarray(8 + length));
  const name = draw.of(Object.keys(header));
  const entry = header[name];
  const kind = draw.below(8);
  if (kind === 0 && entry.shape) entry.shape[draw.below(entry.shape.length)] = draw.of(NUMBERS);
  else if (kind === 1 && entry.data_offsets) entry.data_offsets[draw.below(2)] = draw.of(NUMBERS);
  else if (kind === 2) entry.dtype = draw.of(['F64', 'F16', 'I8', '', null, 4]);
  else if (kind === 3) header[draw.of(['__proto__', 'x', 'layers.9.weights'])] = entry;
  else if (kind === 4 && numbers.length > 4) {
    const at = 4 * draw.below(numbers.length / 4);
    numbers.writeFloatLE(draw.of([3e38, -3e38, Number.NaN, Number.POSITIVE_INFINITY, 1e-45, 0, 1e20]), at);
  } else if (kind === 5 && numbers.length > 4) {
    for (let at = 0; at + 4 <= numbers.length; at += 4) numbers.writeFloatLE(3e38 * (draw.next() - 0.5), at);
  } else if (kind === 6) delete header[name];
  const text = Buffer.from(kind === 7 ? mutatedJson(header, draw) : JSON.stringify(header));
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(
    draw.chance(0.1)
      ? draw.of([0n, 1n, 2n ** 31n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n])
      : BigInt(text.length),
  );
  return Buffer.concat([start, text, draw.chance(0.05) ? numbers.subarray(4) : numbers]);
}

/** The files of a sound model, changed; sealed again most of the time. */
function modelFiles(sound, draw) {
  const files = { ...sound };
  const which = draw.below(10);
  const seal = draw.chance(0.85);
  if (which < 4) files['model.safetensors'] = mutatedTensors(sound['model.safetensors'], draw);
  else if (which < 6) {
    const vocabulary = sound['vocabulary.json'];
    files['vocabulary.json'] = draw.chance(0.7)
      ? Buffer.from(mutatedJson(JSON.parse(vocabulary), draw))
      : mutated(vocabulary, draw);
  }
  let config = sound['config.json'];
  if (seal) {
    const json = JSON.parse(config);
    for (const name of Object.keys(json.sha256)) json.sha256[name] = sha256(files[name]);
    config = Buffer.from(which < 6 ? JSON.stringify(json) : mutatedJson(json, draw));
  } else if (which >= 6) config = mutated(config, draw);
  files['config.json'] = config;
  if (draw.chance(0.03)) files[draw.of(Object.keys(files))] = draw.of(['missing', 'folder', 'link', 'pipe']);
  return files;
}

if (isMainThread) await main();
else await work(workerData);

function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function main() {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      case: { type: 'string' },
      dist: { type: 'string', default: fileURLToPath(new URL('../dist', import.meta.url)) },
    },
  });
  const began = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'starling-fuzz-'));
  let failures = 0;
  let inputs = 0;
  let mostMemory = 0;
  for (const [target, share] of Object.entries(SHARES)) {
    if (values.only && values.only !== target) continue;
    const count = Math.max(1, Math.round(Number(values.count) * (values.only ? 1 : share)));
    let from = values.case ? Number(values.case) : 0;
    const end = values.case ? from + 1 : count;
    const total = { refused: 0, answered: 0 };
    while (from < end) {
      const now = new Int32Array(new SharedArrayBuffer(4));
      const data = { target, from, end, seed: values.seed, dist: resolve(values.dist), folder, now };
      const worker = new Worker(new URL(import.meta.url), {
        workerData: data,
        resourceLimits: { maxOldGenerationSizeMb: 1024 },
      });
      let since = cpuSeconds();
      let sinceWall = performance.now();
      let seen = -1;
      const ended = await new Promise((done) => {
        const watch = setInterval(() => {
          if (now[0] !== seen) [seen, since, sinceWall] = [now[0], cpuSeconds(), performance.now()];
          const memory = process.memoryUsage().rss / 2 ** 20;
          mostMemory = Math.max(mostMemory, memory);
          if (cpuSeconds() - since > LONGEST) done(`no end after ${LONGEST} s`);
          else if (performance.now() - sinceWall > 1000 * LONGEST_WAIT)
            done(`no end after ${LONGEST_WAIT} s of waiting`);
          else if (memory > MOST_MEMORY) done(`${memory.toFixed(0)} MiB of memory`);
        }, 100);
        worker.on('message', (message) => {
          if (message.failure) {
            failures++;
            console.log(`${target} --case ${message.number}: ${message.failure}`);
          } else {
            total.refused += message.refused;
            total.answered += message.answered;
          }
        });
        worker.on('error', (error) => done(`the worker died: ${error.message}`));
        worker.on('exit', () => {
          clearInterval(watch);
          done('');
        });
      });
      await worker.terminate();
      inputs += now[0] + 1 - from;
      from = now[0] + 1;
      if (ended !== '') {
        failures++;
        console.log(`${target} --case ${now[0]}: ${ended}`);
      }
    }
    console.log(`${target}: ${total.refused} refused by a StarlingError, ${total.answered} answered`);
  }
  rmSync(folder, { recursive: true, force: true });
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(
    `${inputs} inputs, seed ${values.seed}: ${failures} failures; ${seconds} s, at most ${mostMemory.toFixed(0)} MiB`,
  );
  process.exitCode = failures > 0 ? 1 : 0;
}

async function work({ target, from, end, seed, dist, folder, now }) {
  const load = (name) => import(pathToFileURL(join(dist, name)).href);
  const { StarlingError } = await load('errors.js');
  const run = await (await runners(load, folder))[target]();
  const counts = { refused: 0, answered: 0 };
  for (let number = from; number < end; number++) {
    Atomics.store(now, 0, number);
    try {
      await run(new Draw(seed, target, number), number);
      counts.answered++;
    } catch (error) {
      if (error instanceof StarlingError && error.message.length < 2000) counts.refused++;
      else {
        const failure = `${error?.stack ?? error}`.slice(0, 700);
        parentPort.postMessage({ number, failure });
      }
    }
    if ({}.polluted !== undefined) throw new Error('Object.prototype was changed');
  }
  parentPort.postMessage(counts);
}

/** What each reader does with an input; a StarlingError is as good as an answer. */
async function runners(load, folder) {
  const check = (truth, what) => {
    if (!truth) throw new Error(`unsound: ${what}`);
  };
  const trained = async () => {
    const { SentimentModel } = await load('index.js');
    const reviews = Array.from({ length: 40 }, (_, i) => ({
      id: String(i),
      text: ['good soup', 'bad soup', 'fine place', 'rude staff'][i % 4],
      rating: 1 + (i % 4),
    }));
    const options = {
      hidden: [4],
      pretrainEpochs: [1],
      epochs: 2,
      threads: 1,
      batchSize: 8,
      pretrainBatchSize: 8,
    };
    return { SentimentModel, reviews, options };
  };
  return {
    async reviews() {
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
    },
    async config() {
      const { readConfig } = await load('cli/config-file.js');
      const { resolveOptions, defaultOptions } = await load('index.js');
      const path = join(folder, 'config.json');
      const sound = {
        ...defaultOptions,
        text: 'review',
        levels: [1, 2, 3],
        unlabelled: ['a.csv'],
        skipBadRows: true,
      };
      return async (draw) => {
        const text = draw.chance(0.7)
          ? mutatedJson(sound, draw)
          : draw.chance(0.5)
            ? mutated(Buffer.from(JSON.stringify(sound)), draw)
            : nastyJson(draw);
        writeFileSync(path, text);
        const { options } = await readConfig(path);
        resolveOptions(options);
      };
    },
    async model() {
      const { SentimentModel, reviews, options } = await trained();
      const { readModelFolder } = await load('model/folder.js');
      const { modelParts } = await load('model/parts.js');
      const sounds = [];
      for (const head of ['softmax', 'linear']) {
        const dir = join(folder, `sound-${head}`);
        const model = await SentimentModel.train(reviews, { options: { ...options, head } });
        await model.save(dir);
        const names = ['config.json', 'vocabulary.json', 'model.safetensors'];
        sounds.push(Object.fromEntries(names.map((name) => [name, readFileSync(join(dir, name))])));
      }
      const dir = join(folder, 'model');
      return async (draw) => {
        rmSync(dir, { recursive: true, force: true });
        mkdirSync(dir);
        for (const [name, content] of Object.entries(modelFiles(draw.of(sounds), draw))) {
          const path = join(dir, name);
          if (content === 'folder') mkdirSync(path);
          else if (content === 'link')
            symlinkSync(draw.of([path, '../../../../etc/passwd', '/dev/zero', '/dev/null']), path);
          else if (content === 'pipe') spawnSync('mkfifo', [path]);
          else if (content !== 'missing') writeFileSync(path, content);
        }
        modelParts(await readModelFolder(dir, 'model'), dir);
        const model = await SentimentModel.load(dir);
        for (const { rating, distribution } of model.predictMany(['good soup', '', 'rude rude staff'])) {
          check(Number.isFinite(rating), `rating ${rating}`);
          check(distribution === null || distribution.every(Number.isFinite), `distribution ${distribution}`);
        }
        model.close();
      };
    },
    async checkpoint() {
      const { SentimentModel, reviews, options } = await trained();
      const states = [];
      for (const phase of ['pretrain', 'finetune']) {
        const stopping = new AbortController();
        const dir = join(folder, `sound-${phase}`);
        const checkpoint = { dir, everySeconds: 1000, signal: stopping.signal };
        const onProgress = (event) => event.phase === phase && stopping.abort();
        await SentimentModel.train(reviews, { options, checkpoint, onProgress }).catch(() => {});
        const part = phase === 'pretrain' ? 'pretraining' : 'finetuning';
        const state = JSON.parse(readFileSync(join(dir, part, '1', 'state.json'), 'utf8'));
        const arrays = readFileSync(join(dir, part, '1', 'arrays.safetensors'));
        states.push({ part, data: state.data, arrays, run: readFileSync(join(dir, 'run.json')) });
      }
      const dir = join(folder, 'checkpoint');
      return async (draw) => {
        const { part, data, arrays, run } = draw.of(states);
        rmSync(dir, { recursive: true, force: true });
        mkdirSync(join(dir, part, '1'), { recursive: true });
        const kind = draw.below(10);
        const changed = kind < 3 ? mutatedTensors(arrays, draw) : arrays;
        const text = kind >= 3 && kind < 8 ? mutatedJson(data, draw) : JSON.stringify(data);
        const again = (() => {
          try {
            return JSON.stringify(JSON.parse(text));
          } catch {
            return text;
          }
        })();
        const sums = { data: sha256(again), arrays: sha256(changed) };
        const state = `{"sha256":${JSON.stringify(sums)},"data":${text}}`;
        writeFileSync(join(dir, part, '1', 'arrays.safetensors'), changed);
        writeFileSync(
          join(dir, part, '1', 'state.json'),
          kind === 8 ? mutated(Buffer.from(state), draw) : state,
        );
        writeFileSync(join(dir, 'run.json'), kind === 9 ? mutatedJson(JSON.parse(run), draw) : run);
        const model = await SentimentModel.train(reviews, { options, checkpoint: { dir, resume: true } });
        const [{ rating }] = model.predictMany(['good soup']);
        check(Number.isFinite(rating), `rating ${rating}`);
        model.close();
      };
    },
  };
}
