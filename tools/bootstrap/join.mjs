#!/usr/bin/env node
/**
 * The second half of a package's `build`: writes its JavaScript into `dist/`, beside the declarations that `tsc` wrote. A program
 * that loads a package pays for every file of it, so what doors share stands in few files, and what is only imported when
 * needed stays apart. Types are blanked out, nothing else changes: names, comments and lines are those of the sources.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { rollup } from 'rollup';

/** @typedef {Record<string, string>} Entries output, without its ending, to source */

const doors = doorsOf(JSON.parse(readFileSync('package.json', 'utf8')).publishConfig);
const imported = await modulesOf(doors);
const all = await bundle({ ...doors, ...(await workersOf(imported)) }, []);
removeJavaScript('dist');
const { output } = await all.write({
  dir: 'dist',
  format: 'es',
  entryFileNames: '[name].js',
  chunkFileNames: 'shared-[hash].js',
  sourcemap: true,
  sourcemapExcludeSources: true,
  // A reader of the files finds each import where it is used.
  hoistTransitiveImports: false,
  minifyInternalExports: false,
});
for (const file of output) if (file.type === 'chunk') checkUrls(file);

/** @typedef {import('rollup').ModuleInfo} Module */

/** @param {Entries} input */
async function modulesOf(input) {
  /** @type {Module[]} */
  const modules = [];
  await bundle(input, modules);
  return modules;
}

/**
 * @param {Entries} input
 * @param {Module[]} modules gets what was read
 */
function bundle(input, modules) {
  return rollup({
    input,
    external: (id) =>
      !id.startsWith('.') && !id.startsWith('/') && !/^[a-z]:\\/i.test(id) && !id.startsWith('src/'),
    treeshake: false,
    preserveEntrySignatures: 'strict',
    plugins: [
      {
        name: 'types',
        moduleParsed: (module) => void modules.push(module),
        transform: (code, id) => ({
          code: id.endsWith('.ts') ? stripTypeScriptTypes(code) : code,
          map: null,
        }),
      },
    ],
    onwarn: (warning) => {
      if (warning.code !== 'EMPTY_BUNDLE') throw new Error(warning.message);
    },
  });
}

/**
 * The sources of the files that the published manifest names.
 *
 * @param {{ exports: Record<string, string | { default: string }>, bin?: Record<string, string> }} published
 * @returns {Entries}
 */
function doorsOf({ exports, bin = {} }) {
  const targets = [...Object.values(exports), ...Object.values(bin)].map((target) =>
    typeof target === 'string' ? target : target.default,
  );
  const names = targets
    .filter((target) => target.startsWith('./dist/') && target.endsWith('.js'))
    .map((target) => target.slice('./dist/'.length, -'.js'.length));
  return Object.fromEntries(names.map((name) => [name, `src/${name}.ts`]));
}

/**
 * What no door imports and yet holds code: it is started by its URL, beside the file that starts it.
 *
 * @param {readonly Module[]} imported what doors import
 * @returns {Promise<Entries>}
 */
async function workersOf(imported) {
  const known = new Set(imported.map(({ id }) => id));
  const apart = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => join('src', name))
    .filter((source) => !known.has(resolve(source)) && holdsCode(source));
  if (apart.length === 0) return {};
  const modules = await modulesOf(Object.fromEntries(apart.map((source) => [source, source])));
  // What one of them imports comes with it.
  const inner = new Set(modules.flatMap(({ importedIds }) => importedIds));
  const workers = apart.filter((source) => !inner.has(resolve(source)));
  return Object.fromEntries(workers.map((source) => [basename(source, '.ts'), source]));
}

/** @param {string} source */
function holdsCode(source) {
  const code = stripTypeScriptTypes(readFileSync(source, 'utf8'));
  const bare = code
    .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
    .replace(/import[^;]*;|export \{\s*\}(;| from [^;]*;)/g, '');
  return bare.trim() !== '' && !/^[;\s]*$/.test(bare);
}

/** What an earlier build wrote.  @param {string} folder */
function removeJavaScript(folder) {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (/\.js(\.map)?$/.test(name)) rmSync(join(folder, name));
  }
}

/**
 * What is started by its URL lies in `dist/` itself, so only files there can find it.
 *
 * @param {{ fileName: string, code: string }} file
 */
function checkUrls({ fileName, code }) {
  if (!fileName.includes('/') || !/\bimport\.meta\.(url|dirname|filename)\b/.test(code)) return;
  throw new Error(
    `dist/${fileName} asks for its own URL, which is not that of its source: only files of dist/ itself can.`,
  );
}
