/** An inspection as text for people. */
import type { Inspection } from './inspection.ts';
import { type Column, count, facts, grid, levelList, percent, plain, type Style } from './table.ts';

const BAR = 30;

export function inspectionTable(inspection: Inspection, style: Style = plain): string {
  const { warnings } = inspection;
  const parts = [
    filesTable(inspection, style),
    ratingsTable(inspection, style),
    textFacts(inspection, style),
    ...(warnings.length === 0 ? [] : [warnings.map((warning) => `! ${warning}`).join('\n')]),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function filesTable({ files, rows, rated, unrated, skipped }: Inspection, style: Style): string {
  const numbers: Column[] = ['rows', 'rated', 'unrated', 'bad'].map((title) => ({ title, align: 'point' }));
  const names: Column[] = ['file', 'format', 'text', 'rating', 'id'].map((title) => ({
    title,
    align: 'left',
  }));
  const lines = files.map(({ name, format, columns, ...file }) => [
    name,
    format ?? '',
    columns.text ?? '-',
    columns.rating ?? '-',
    columns.id ?? '-',
    ...[file.rows, file.rated, file.unrated, file.skipped].map(count),
  ]);
  const total = ['all', '', '', '', '', ...[rows, rated, unrated, skipped].map(count)];
  return grid([...names, ...numbers], files.length > 1 ? [lines, [total]] : [lines], style);
}

function ratingsTable({ ratings }: Inspection, style: Style): string {
  if (ratings === null) return '';
  const { distribution, mean, std, levels } = ratings;
  const largest = Math.max(...distribution.map(({ share }) => share));
  const rows = distribution.map(({ rating, reviews, share }) => [
    levelList([rating]),
    count(reviews),
    percent(share),
    '#'.repeat(Math.round((BAR * share) / largest)),
  ]);
  const table = grid(
    [
      { title: 'rating', align: 'point' },
      { title: 'reviews', align: 'point' },
      { title: 'share', align: 'point' },
      { title: '', align: 'left' },
    ],
    [rows],
    style,
  );
  return `${table}\n\n${facts(
    [
      ['levels', levelList(levels)],
      [
        'mean ± std',
        `${mean.toFixed(3)} ± ${std.toFixed(3)} (the std is the RMSE of the constant predictor)`,
      ],
    ],
    style,
  )}`;
}

function textFacts(inspection: Inspection, style: Style): string {
  const { wordsPerReview, distinctTerms, repeatedTexts, vocabulary, emptyTexts } = inspection;
  const { mean, median, max } = wordsPerReview;
  const { kept, candidates, coverage, leastDocumentFrequency, mostFrequent } = vocabulary;
  return facts(
    [
      ['words per review', `mean ${mean.toFixed(1)}, median ${median}, most ${count(max)}`],
      ['different words', count(distinctTerms)],
      ['repeated texts', count(repeatedTexts.reviews)],
      ['empty texts', count(emptyTexts)],
      [
        'vocabulary',
        `${count(kept)} terms of ${count(candidates)} that the options allow, each in at least ${count(leastDocumentFrequency)} reviews`,
      ],
      ['covers', `${percent(coverage)} of all words`],
      [
        'most frequent',
        mostFrequent.map(({ term, documentFrequency }) => `${term} ${count(documentFrequency)}`).join(', '),
      ],
    ],
    style,
  );
}
