/** Sound bytes, JSON and tensors made unsound, and JSON that never was sound. */
import { createHash } from 'node:crypto';
import { NUMBERS, PIECES } from './draw.mjs';

const deep = (depth, open, close) => open.repeat(depth) + close.repeat(depth);

/** A JSON text that hurts. */
export function nastyJson(draw) {
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

/** The same bytes with some of them changed, cut, doubled or put elsewhere. */
export function mutated(bytes, draw) {
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
export function mutatedJson(value, draw) {
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

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** A safetensors file with its header or its numbers changed. */
export function mutatedTensors(bytes, draw) {
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
