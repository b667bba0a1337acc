/**
 * Where a worker thread's program is: beside the module that starts it. When the TypeScript sources themselves run, as
 * they do under the test runner, workers still need JavaScript: they take the built file.
 */
export function workerFile(name: string, besideUrl: string): URL {
  const beside = new URL(`./${name}.js`, besideUrl);
  if (!besideUrl.endsWith('.ts')) return beside;
  const at = beside.href.lastIndexOf('/src/');
  return new URL(`${beside.href.slice(0, at)}/dist/${beside.href.slice(at + '/src/'.length)}`);
}
