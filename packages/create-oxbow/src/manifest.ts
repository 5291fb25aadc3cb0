/**
 * The manifest of a new project: that of its template under another name, with the versions this package was tested with.
 *
 * A template names its dependencies as packages of the workspace do (`workspace:^`, `catalog:`). The ranges behind those
 * words stand in this package's own manifest, where packing has written them out.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A part of a package.json. */
export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Longest name that npm accepts, in characters. */
const MAX_NAME_CHARACTERS = 214;

/** A name that npm accepts, made from that of a folder: `My App` becomes `my-app`. */
export function packageName(folderName: string): string {
  const name = folderName
    .toLowerCase()
    .replace(/[^a-z0-9._~-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '')
    .slice(0, MAX_NAME_CHARACTERS);
  return name === '' || name === 'node_modules' || name === 'favicon.ico' ? 'oxbow-app' : name;
}

/** The text of the manifest. `rangeOf` gives the range of a package. */
export function fillManifest(text: string, name: string, rangeOf: (dependency: string) => string): string {
  const manifest = JSON.parse(text) as Manifest;
  const filled = {
    ...manifest,
    name,
    dependencies: withRanges(manifest.dependencies ?? {}, rangeOf),
    devDependencies: withRanges(manifest.devDependencies ?? {}, rangeOf),
  };
  return `${JSON.stringify(filled, undefined, 2)}\n`;
}

function withRanges(
  dependencies: Readonly<Record<string, string>>,
  rangeOf: (dependency: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.keys(dependencies).map((name) => [name, rangeOf(name)]));
}

/** The range of a package that this version was tested with: from its own manifest, in a clone from what is installed there. */
export function testedRange(name: string): string {
  const own = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Manifest;
  const range = own.devDependencies?.[name];
  if (range === undefined) throw new Error(`create-oxbow was not tested with ${name}`);
  if (/^\D*\d+\.\d+\.\d+\S*$/.test(range)) return range.replace(/^(?=\d)/, '^');
  const installed = createRequire(import.meta.url)(`${name}/package.json`) as Manifest;
  return `^${installed.version}`;
}
