/** Where a report comes from: the files and what was found in them, the options, the command. */
import type { FileReport } from '../../corpus/report.ts';
import { type Options, optionNames, optionSpecs } from '../../options.ts';
import { count } from '../table.ts';
import { cut, html, type Markup } from './markup.ts';
import { folded, table } from './table.ts';

/** @param unlabelled files of which only the text was read */
export function filesTable(files: readonly FileReport[], unlabelled: readonly FileReport[]): Markup | null {
  const all = [
    ...files.map((file) => ({ ...file, use: 'rated and unrated' })),
    ...unlabelled.map((file) => ({ ...file, use: 'text only' })),
  ];
  if (all.length === 0) return null;
  const reasons = all.flatMap(({ name, reasons: why }) => why.map((reason) => `${name}, ${reason}`));
  return html`${table({
    caption: 'Files',
    columns: [
      { title: 'file' },
      { title: 'use' },
      { title: 'columns' },
      ...['rows', 'rated', 'unrated', 'left out', 'without text'].map((title) => ({ title, number: true })),
    ],
    rows: all.map(({ name, use, columns, rows, rated, unrated, skipped, emptyTexts }) => [
      html`<bdi>${name}</bdi>`,
      use,
      cut([columns.text, columns.rating, columns.id].filter((column) => column !== null).join(', '), 120),
      ...[rows, rated, unrated, skipped, emptyTexts].map(count),
    ]),
  })}${
    reasons.length === 0
      ? null
      : folded(
          'Rows that were left out',
          html`<ul>${reasons.map((reason) => html`<li>${cut(reason, 300)}</li>\n`)}</ul>`,
        )
  }`;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}

/** Those that differ from the defaults for all to see, the others folded away. */
export function optionsTables(options: Options): Markup {
  const differs = optionNames.filter((name) => shown(options[name]) !== shown(optionSpecs[name].default));
  const same = optionNames.filter((name) => !differs.includes(name));
  return html`${
    differs.length === 0
      ? html`<p>All options have their defaults.</p>`
      : table({
          caption: 'Options that differ from their defaults',
          columns: [{ title: 'option' }, { title: 'value' }, { title: 'default' }, { title: 'meaning' }],
          rows: differs.map((name) => [
            html`<code>${name}</code>`,
            shown(options[name]),
            shown(optionSpecs[name].default),
            optionSpecs[name].help,
          ]),
        })
  }${
    same.length === 0
      ? null
      : folded(
          `${count(same.length)} options with their defaults`,
          table({
            caption: 'Options with their defaults',
            captionHidden: true,
            columns: [{ title: 'option' }, { title: 'value' }, { title: 'meaning' }],
            rows: same.map((name) => [
              html`<code>${name}</code>`,
              shown(options[name]),
              optionSpecs[name].help,
            ]),
          }),
        )
  }`;
}

/** No line ends within an argument, at one of its hyphens. */
export function commandBlock(command: string | undefined): Markup | null {
  return command === undefined
    ? null
    : html`<p>The command that makes this report again:</p>
<pre class="scroll" tabindex="0" role="group" aria-label="Command"><code>${command.split(' ').map((part, i) => html`${i > 0 ? ' ' : ''}<span>${part}</span>`)}</code></pre>`;
}
