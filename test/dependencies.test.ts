/** docs/dependencies.md names every dependency and no other, and what it promises of them holds. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const readText = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const { dependencies, devDependencies, optionalDependencies, peerDependencies } = JSON.parse(
  readText('package.json'),
) as Record<string, Record<string, string> | undefined>;
const [ofPackage, peers, forDevelopment] = readText('docs/dependencies.md').split(
  /## Optional peers|## For development only/,
);

/** Names in the first column. */
function namedIn(text: string): string[] {
  const cells = [...text.matchAll(/^\| (`[^|]+) \|/gm)].map((found) => found[1]);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((found) => found[1])).sort();
}

test('each dependency of the package is named, with its reason, and no other', () => {
  expect(namedIn(ofPackage)).toEqual(Object.keys(dependencies!).sort());
});

test('each dependency of development is named, and no other', () => {
  expect(namedIn(forDevelopment)).toEqual(Object.keys(devDependencies!).sort());
  // Others would need a table of their own.
  expect(optionalDependencies).toBeUndefined();
});

test('each peer is named, and no other; nobody has to install it', () => {
  expect(namedIn(peers)).toEqual(Object.keys(peerDependencies!).sort());
  const { peerDependenciesMeta } = JSON.parse(readText('package.json')) as {
    peerDependenciesMeta: Record<string, unknown>;
  };
  expect(peerDependenciesMeta).toEqual(
    Object.fromEntries(Object.keys(peerDependencies!).map((name) => [name, { optional: true }])),
  );
});

test('nothing that the package installs runs a script when it is installed', () => {
  const { packages } = JSON.parse(readText('package-lock.json')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean; hasInstallScript?: boolean }>;
  };
  const installed = Object.entries(packages).filter(
    ([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional,
  );
  expect(installed.length).toBeGreaterThan(10);
  expect(installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([]);
});

test('the files that the page says a library is used in import it', () => {
  const rows = [...ofPackage.matchAll(/^\| `([^`]+)` \|[^|]*\| ([^|]+) \|/gm)];
  for (const [, library, where] of rows) {
    for (const [, path] of where.matchAll(/`(src\/[^`]+\.ts)`/g)) {
      expect([path, readText(path).includes(`'${library}`)]).toEqual([path, true]);
    }
  }
});

test('npm run sbom prints a bill of materials, JSON alone, of what the package installs and nothing else', () => {
  const { status, stdout } = spawnSync('npm', ['run', '--silent', 'sbom'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  expect(status).toBe(0);
  const { bomFormat, metadata, components } = JSON.parse(stdout) as {
    bomFormat: string;
    metadata: { component: { purl: string } };
    components: { name: string }[];
  };
  expect(bomFormat).toBe('CycloneDX');
  expect(metadata.component.purl).toMatch(/^pkg:npm\/starling@/);
  const named = components.map(({ name }) => name);
  expect(named).toEqual(expect.arrayContaining(Object.keys(dependencies!)));
  expect(Object.keys(devDependencies!).filter((name) => named.includes(name))).toEqual([]);
});
