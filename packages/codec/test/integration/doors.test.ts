// What a door loads, seen from a process of its own.
import { execFileSync } from 'node:child_process';
import { assert, suite } from '@oxbow/testkit';

const test = suite('what a door loads');

/** The URLs a process loads for `specifier`, the package's own test aside. */
function loadedBy(specifier: string): readonly string[] {
  const program = `
    import { registerHooks } from 'node:module';
    const urls = [];
    registerHooks({ load(url, context, next) { urls.push(url); return next(url, context); } });
    await import(${JSON.stringify(specifier)});
    console.log(JSON.stringify(urls));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  return JSON.parse(output) as string[];
}

const DEPENDENCIES = ['msgpackr', 'eventsource-parser'];

for (const [door, dependencies] of [
  ['lines', []],
  ['jsonl', []],
  ['json', []],
  ['text', []],
  ['length-prefixed', []],
  ['sse', ['eventsource-parser']],
  ['msgpack', ['msgpackr']],
] as const) {
  test(`@oxbow/codec/${door} loads ${dependencies.join() || 'no dependency'}`, () => {
    const urls = loadedBy(`@oxbow/codec/${door}`);
    assert.ok(urls.some((url) => url.endsWith(`/src/${door}.ts`)));
    const found = DEPENDENCIES.filter((name) => urls.some((url) => url.includes(`/node_modules/${name}/`)));
    assert.equal(found, dependencies);
    const inNodeModules = urls.filter((url) => url.includes('/node_modules/'));
    if (dependencies.length === 0) assert.equal(inNodeModules, []);
    const builtIns = urls.filter((url) => url.startsWith('node:'));
    if (door !== 'msgpack') assert.equal(builtIns, []);
  });
}

test.run();
