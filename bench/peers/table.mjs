/** Plain tables for the terminal and for docs: Markdown, columns padded. */

export function count(value) {
  if (value === undefined || value === null) return '';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(3);
}

export function times(value) {
  return value === null ? '' : `${value >= 10 ? value.toFixed(1) : value.toFixed(2)}x`;
}

/** @param rows lists of cells, the first is the head */
export function markdownTable(rows) {
  const widths = rows[0].map((_, c) => Math.max(3, ...rows.map((row) => String(row[c]).length)));
  const line = (row) =>
    `| ${row.map((cell, c) => (c === 0 ? String(cell).padEnd(widths[c]) : String(cell).padStart(widths[c]))).join(' | ')} |`;
  const rule = `|${widths.map((width, c) => (c === 0 ? `:${'-'.repeat(width + 1)}` : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join('\n');
}

/** The summary of a stage as a table. */
export function stageTable(stage, summary) {
  const head = [
    'contender',
    ...stage.columns.map(({ title }) => title),
    'range',
    `${stage.baseline} is`,
    'checksum',
  ];
  const rows = summary.map((line) => [
    line.contender,
    ...stage.columns.map(({ key, digits }) =>
      digits === undefined ? count(line.median[key]) : (line.median[key]?.toFixed(digits) ?? ''),
    ),
    line.runs > 1 ? `${rangeEnd(stage, line.least)} - ${rangeEnd(stage, line.most)}` : '',
    line.contender === stage.baseline ? '' : times(line.baselineIsTimesBetter),
    line.checksums.length === 1 ? line.checksums[0] : `${line.checksums.length} different`,
  ]);
  return markdownTable([head, ...rows]);
}

function rangeEnd({ columns, metric }, value) {
  const { digits } = columns.find(({ key }) => key === metric);
  return digits === undefined ? count(value) : value.toFixed(digits);
}
