/** What `starling doctor` found, as text for people. */
import type { EngineSurvey, SurveyedEngine } from '../model/engine-survey.ts';
import { count, facts, grid, plain, type Style } from './table.ts';

export function enginesTable(survey: EngineSurvey, style: Style = plain): string {
  const { engines } = survey;
  const about = facts(
    [
      ['starling', `${survey.version}, Node ${survey.node}, ${survey.platform}, ${survey.cores} cores`],
      ['--engine auto', `takes ${survey.auto}`],
      ['--engine tfjs', survey.tfjs === null ? 'needs TensorFlow.js: see below' : `takes ${survey.tfjs}`],
    ],
    style,
  );
  const here = engines.filter(({ available }) => available);
  const fastest = Math.max(...here.map(({ reviewsPerSecond }) => reviewsPerSecond!));
  const table = grid(
    [
      { title: 'engine', align: 'left' },
      { title: 'threads', align: 'point' },
      { title: 'reviews/s', align: 'point' },
      { title: 'of the\nfastest', align: 'point' },
      { title: 'library', align: 'left' },
    ],
    [here.map((one) => speedRow(one, fastest))],
    style,
  );
  const absent = engines.filter(({ available }) => !available);
  const rest = absent.map(
    ({ engine, why, install }) => `${style.strong(engine)}: ${why}\n${indented(install!)}`,
  );
  return [about, `${table}\n\n${style.faint(survey.task)}`, rest.join('\n')]
    .filter((part) => part !== '')
    .join('\n\n');
}

function speedRow({ engine, threads, reviewsPerSecond, version }: SurveyedEngine, fastest: number): string[] {
  return [
    engine,
    threads === null ? '' : String(threads),
    count(Math.round(reviewsPerSecond!)),
    `${((100 * reviewsPerSecond!) / fastest).toFixed(1)} %`,
    version === null ? '' : `TensorFlow.js ${version}`,
  ];
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
