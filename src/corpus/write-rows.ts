/** Rows → text: the other half of reading, for `predict`, which gives every row back with something added. */
import Papa from 'papaparse';

/**
 * One CSV record (RFC 4180) with its line end: a field is quoted only if it holds the delimiter, a quote or a line
 * break, or begins or ends with a space.
 */
export function csvLine(fields: readonly string[], delimiter = ',', newline = '\n'): string {
  if (fields.length === 1 && fields[0].trim() === '') return `"${fields[0]}"${newline}`; // not a blank line
  return Papa.unparse([fields as string[]], { delimiter, header: false }) + newline;
}

/** How a number is written: a cell that is one computes nothing. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * A field that a spreadsheet shows and does not compute: before what could begin a formula (=, +, -, @, their wide forms,
 * a tab or a line end) stands an apostrophe. Numbers stay.
 */
export function spreadsheetCell(field: string): string {
  const formula = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/.test(field);
  return formula && !NUMBER.test(field.trim()) ? `'${field}` : field;
}

/**
 * A JSON line with properties added at its end; what was there stays as it was written, down to the digits of large
 * numbers.
 * @param line a JSON object, as it came from a file
 * @param added names not yet in the object; see `freeName`
 */
export function jsonLineWith(line: string, added: Readonly<Record<string, unknown>>): string {
  const open = line.trimEnd().slice(0, -1).trimEnd();
  const more = JSON.stringify(added).slice(1);
  return more === '}' || open.endsWith('{') ? open + more : `${open},${more}`;
}

/** A name for a new column: the one that is wanted, or with a number if it is taken. */
export function freeName(wanted: string, taken: readonly string[]): string {
  let name = wanted;
  for (let n = 2; taken.includes(name); n++) name = `${wanted}_${n}`;
  return name;
}
