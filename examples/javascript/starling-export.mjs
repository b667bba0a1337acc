/**
 * What the programs beside this file share: an export's text part, and a small command line.
 *
 *     node PROGRAM FOLDER "The soup was cold." ...    rates these texts
 *     node PROGRAM FOLDER --json < texts.jsonl        rates a JSON string per line; writes a JSON object per line
 *     node PROGRAM FOLDER --check                     compares with golden.json; exit code 1 if it differs
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Vectorizer } from 'starling';

const readJson = async (folder, name) => JSON.parse(await readFile(join(folder, name), 'utf8'));

/** Texts that are rated together: dense and padded inputs grow with it. */
const BATCH = 64;

/**
 * The network and the head of an export, and its texts → terms: `transform(texts)` gives { rowStart, columns, values },
 * where review r has the term ids columns[rowStart[r]] to columns[rowStart[r + 1] - 1]. values is null when all are 1.
 */
export async function readExport(folder) {
  const { text, network, head } = await readJson(folder, 'export.json');
  const vectorizer = Vectorizer.fromJSON(text, await readJson(folder, 'vocabulary.json'));
  return { network, head, transform: (texts) => vectorizer.transform(texts) };
}

/**
 * @param open folder of an export → a function texts → [{ rating, distribution }], distribution null for a linear head
 */
export async function main([folder, ...rest], open) {
  const rate = await withWide(folder, open);
  if (rest[0] === '--check') return check(folder, rate);
  const asJson = rest[0] === '--json';
  const texts = asJson ? await linesOfInput() : rest;
  for (const prediction of await inBatches(texts, rate)) {
    console.log(asJson ? JSON.stringify(prediction) : prediction.rating.toFixed(2));
  }
}

/** Beside the network there may stand a linear model, an export in a folder of its own, with a share of the rating. */
async function withWide(folder, open) {
  const own = await open(folder);
  const { wide } = await readJson(folder, 'export.json');
  if (!wide) return own;
  const linear = await open(join(folder, wide.folder));
  const blend = (a, b) => a + wide.share * (b - a);
  return async (texts) => {
    const others = await linear(texts);
    return (await own(texts)).map(({ rating, distribution }, i) => ({
      rating: blend(rating, others[i].rating),
      distribution: distribution?.map((p, k) => blend(p, others[i].distribution[k])) ?? null,
    }));
  };
}

async function linesOfInput() {
  let input = '';
  for await (const piece of process.stdin.setEncoding('utf8')) input += piece;
  return input.split('\n').filter(Boolean).map(JSON.parse);
}

async function inBatches(texts, rate) {
  const all = [];
  for (let at = 0; at < texts.length; at += BATCH) all.push(...(await rate(texts.slice(at, at + BATCH))));
  return all;
}

async function check(folder, rate) {
  const { cases, tolerance } = await readJson(folder, 'golden.json');
  const predictions = await inBatches(
    cases.map(({ text }) => text),
    rate,
  );
  const differences = cases.map(({ rating, distribution }, i) => {
    const got = [predictions[i].rating, ...(predictions[i].distribution ?? [])];
    return Math.max(...[rating, ...(distribution ?? [])].map((expected, k) => Math.abs(got[k] - expected)));
  });
  const agree = differences.filter((difference) => difference <= tolerance).length;
  const worst = Math.max(...differences).toExponential(1);
  console.log(`${agree} of ${cases.length} golden cases agree; largest difference ${worst}`);
  if (agree < cases.length) process.exitCode = 1;
}
