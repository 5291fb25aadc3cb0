/** One operator is one file, one test, and one entry of docs/operators.md with a drawing. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as door from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { drawingOf, drawn } from '../fixtures/drawing.ts';

const test = suite('docs/operators.md');

const root = new URL('../../', import.meta.url);
const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The operators of the door: the functions that come out of src/operators. */
function operators(): string[] {
  const index = readFileSync(new URL('src/index.ts', root), 'utf8');
  const names: string[] = [];
  for (const [, list] of index.matchAll(/export \{([^}]*)\} from '\.\/operators\//g)) {
    for (const name of (list ?? '').split(',').map((each) => each.trim())) {
      if (typeof (door as Record<string, unknown>)[name] === 'function') names.push(name);
    }
  }
  return names.sort();
}

test('has an entry for every operator of the door, and for nothing else', () => {
  assert.ok(operators().length > 30);
  assert.equal([...drawn].sort(), operators());
});

test('every operator has a file and a test of its name', () => {
  for (const name of operators()) {
    assert.ok(existsSync(new URL(`src/operators/${kebab(name)}.ts`, root)), name);
    assert.ok(existsSync(new URL(`test/operators/${kebab(name)}.test.ts`, root)), name);
  }
});

test('every drawing is played by the test of its operator', () => {
  for (const name of drawn) {
    const text = readFileSync(new URL(`test/operators/${kebab(name)}.test.ts`, root), 'utf8');
    assert.match(text, new RegExp(`assertDrawing\\(\\s*'${name}'`));
    assert.ok(drawingOf(name).result.length > 0, name);
  }
});

test('every file of src/rx that replaces a name of RxJS has that name', async () => {
  const rx = (await import('@oxbow/stream/rx')) as unknown as Record<string, unknown>;
  const shared = ['capped', 'passage', 'readers', 'scanned', 'select-result', 'ungated'];
  for (const file of readdirSync(new URL('src/rx/', root))) {
    const name = file.slice(0, -'.ts'.length);
    if (shared.includes(name)) continue;
    const camel = name.replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());
    assert.type(rx[camel], 'function', file);
  }
});

test.run();
