/** The machine and the versions that a result belongs to. */
import { spawnSync } from 'node:child_process';
import { cpus, freemem, loadavg, release, totalmem } from 'node:os';
import { openmpBlas } from './contender.mjs';

export function describeMachine() {
  const [{ model }] = cpus();
  const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: new URL('.', import.meta.url),
    encoding: 'utf8',
  });
  return {
    cpu: model,
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    freeMemoryGb: Math.round(freemem() / 2 ** 30),
    kernel: release(),
    node: process.versions.node,
    loadAtStart: loadavg()[0],
    oneThreadPool: openmpBlas() !== null,
    commit: commit.stdout?.trim() ?? '',
    date: new Date().toISOString(),
  };
}
