import { assert, suite } from '@oxbow/testkit';
import { sideEffects } from '../../src/rules/side-effects.ts';
import { audit } from '../made-up-tree.ts';

const SOURCE = 'packages/loop/src/task.ts';
const inFile = (text: string, path = SOURCE): readonly string[] => audit(sideEffects, { [path]: text });

const test = suite('side-effects');

for (const statement of [
  "import './debug-mode.ts';",
  "import 'reflect-metadata';",
  "import {} from './debug-mode.ts';",
  "export {} from './debug-mode.ts';",
]) {
  test(`refuses ${statement}`, () => {
    assert.match(inFile(`const a = 1;\n${statement}`)[0] ?? '', /task\.ts:2 import a name of '/);
  });
}

test('refuses it in tests, apps and tools too', () => {
  for (const path of ['packages/loop/test/a.test.ts', 'apps/chat/src/main.ts', 'tools/bench/src/main.ts'])
    assert.is(inFile("import './a.ts';", path).length, 1, path);
});

test('lets names, types, and what is loaded on demand pass', () => {
  for (const statement of [
    "import { a } from './a.ts';",
    "import a from './a.ts';",
    "import * as a from './a.ts';",
    "import type {} from './a.ts';",
    "export { a } from './a.ts';",
    'export {};',
    "const a = await import('./a.ts');",
    'const text = "import \'./a.ts\';";',
  ])
    assert.equal(inFile(statement), [], statement);
});

test('lets a page name its style sheets', () => {
  assert.equal(inFile("import './page.css';", 'apps/chat/src/page/main.ts'), []);
});

test.run();
