#!/usr/bin/env node
/**
 * Turns the public review sets that come as folders of text into CSV with the columns id, text, rating, on standard
 * output. Sets that are CSV or JSON lines already need nothing of this: starling reads them as they are.
 *
 *   node corpora/convert.mjs imdb aclImdb/train > imdb-rated.csv          pos/ and neg/, rating in the file name
 *   node corpora/convert.mjs imdb aclImdb/train/unsup > imdb-unrated.csv  one folder, without ratings
 *   node corpora/convert.mjs amazon sorted_data_acl/books/*.review > books.csv
 *   node corpora/convert.mjs scale scaledata > movies.csv                 ratings 0 to 1
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Text of a file, UTF-8 if it is that, else Windows-1252: the older sets are a mixture. */
function read(path) {
  const bytes = readFileSync(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function* imdb([folder]) {
  const names = readdirSync(folder).sort();
  const folders = names.includes('pos') ? ['neg', 'pos'].map((name) => join(folder, name)) : [folder];
  for (const each of folders) {
    for (const name of readdirSync(each).sort()) {
      const [, number, rating] = /^(\d+)_(\d+)\.txt$/.exec(name) ?? [];
      if (number === undefined) continue;
      // The unlabelled part says 0, which is no rating.
      yield [`${basename(each)}/${number}`, read(join(each, name)).trim(), rating === '0' ? '' : rating];
    }
  }
}

/** Files that look like XML and are not: tags on lines of their own, "&" and "<" as they are. */
function* amazon(files) {
  for (const file of files) {
    const prefix = `${basename(dirname(file))}/${basename(file, '.review')}`;
    const reviews = read(file).matchAll(/<review>([\s\S]*?)<\/review>/g);
    let number = 0;
    for (const [, review] of reviews) {
      const inside = (tag) => new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(review)?.[1].trim() ?? '';
      const rating = inside('rating');
      yield [`${prefix}/${++number}`, inside('review_text'), rating === '' ? '' : String(Number(rating))];
    }
  }
}

function* scale([folder]) {
  for (const author of readdirSync(folder).sort()) {
    if (!/^\w+\+\w+$/.test(author)) continue;
    const lines = (kind) =>
      read(join(folder, author, `${kind}.${author}`))
        .trimEnd()
        .split('\n');
    const [texts, ratings, ids] = [lines('subj'), lines('rating'), lines('id')];
    for (let i = 0; i < texts.length; i++)
      yield [`${author}/${ids[i].trim()}`, texts[i].trim(), ratings[i].trim()];
  }
}

const [set, ...paths] = process.argv.slice(2);
const convert = { imdb, amazon, scale }[set];
if (!convert || paths.length === 0) {
  console.error('usage: node corpora/convert.mjs imdb|amazon|scale PATH... > FILE.csv');
  process.exit(2);
}
process.stdout.write('id,text,rating\n');
for (const row of convert(paths)) process.stdout.write(`${row.map(quoted).join(',')}\n`);
