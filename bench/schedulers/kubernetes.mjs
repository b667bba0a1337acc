/**
 * The Kubernetes manifest against the schema of its kind, made from the OpenAPI description of Kubernetes
 * (kubernetes-models, by npm, in a temporary folder). Fields that are misspelt or of the wrong type are refused: tried here, so that it
 * is known to be able to fail. Not a cluster: what an API server checks beyond the schema is checked below by hand, as far as it matters.
 *
 *   node bench/schedulers/kubernetes.mjs
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PACKAGES = ['kubernetes-models@4.5.1', 'yaml@2.8.1'];
const manifest = new URL('../../examples/schedulers/kubernetes.yaml', import.meta.url);
const work = mkdtempSync(join(tmpdir(), 'starling-kubernetes-'));

try {
  writeFileSync(join(work, 'package.json'), '{}');
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--silent'];
  execFileSync('npm', ['install', ...flags, ...PACKAGES], {
    cwd: work,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const require = createRequire(join(work, 'package.json'));
  const { parse } = require('yaml');
  const { Job } = require('kubernetes-models/batch/v1/Job');

  const read = () => parse(readFileSync(manifest, 'utf8'));
  const errorOf = (job) => {
    try {
      new Job(job).validate();
      return null;
    } catch (error) {
      return error.message;
    }
  };
  const must = (condition, message) => {
    if (!condition) throw new Error(message);
  };

  const job = read();
  must(job.apiVersion === 'batch/v1' && job.kind === 'Job', 'it is no Job of batch/v1');
  const error = errorOf(job);
  must(error === null, `the schema refuses it: ${error}`);
  console.log(`${PACKAGES[0]}: the manifest fits the schema of batch/v1 Job`);

  for (const [what, spoil] of [
    [
      'completions as a text',
      (one) => {
        one.spec.completions = 'ten';
      },
    ],
    [
      'a pod without containers',
      (one) => {
        delete one.spec.template.spec.containers;
      },
    ],
    [
      'a container without a name',
      (one) => {
        delete one.spec.template.spec.containers[0].name;
      },
    ],
    [
      'a rule without an action',
      (one) => {
        delete one.spec.podFailurePolicy.rules[0].action;
      },
    ],
  ]) {
    const spoilt = read();
    spoil(spoilt);
    const refusal = errorOf(spoilt);
    must(refusal !== null, `the schema does not see ${what}`);
    console.log(`refused, as it should be: ${what} (${refusal.split('\n')[0]})`);
  }

  // What the API server demands besides (batch/v1, validation of jobs).
  const { spec } = job;
  must(
    spec.completionMode === 'Indexed' && spec.completions > 0,
    'backoffLimitPerIndex needs an Indexed job',
  );
  must(
    spec.template.spec.restartPolicy === 'Never',
    'backoffLimitPerIndex and podFailurePolicy need restartPolicy Never',
  );
  const names = spec.template.spec.containers.map(({ name }) => name);
  const named = spec.podFailurePolicy.rules.flatMap(({ onExitCodes }) => onExitCodes?.containerName ?? []);
  must(
    named.every((name) => names.includes(name)),
    'a rule names a container that is not there',
  );
  must(
    spec.podFailurePolicy.rules.every(({ onExitCodes }) => !onExitCodes?.values.includes(0)),
    'exit code 0 in a rule',
  );
  console.log('indexed, never restarted in place, rules name its containers');
} finally {
  rmSync(work, { recursive: true, force: true });
}
