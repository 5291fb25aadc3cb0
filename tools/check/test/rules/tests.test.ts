import { assert, suite } from '@oxbow/testkit';
import { tests } from '../../src/rules/tests.ts';
import { audit } from '../made-up-tree.ts';

const at = (files: Record<string, string>): readonly string[] =>
  audit(
    tests,
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`packages/loop/${path}`, text])),
  );

const code = 'export const a = 1;';
const ok = "const test = suite('a');\ntest('b', f);\ntest.run();";

const test = suite('tests');

test('lets a source with its twin pass', () => {
  assert.equal(at({ 'src/task/sleep.ts': code, 'test/task/sleep.test.ts': ok }), []);
});

test('wants a test for a source that has none', () => {
  assert.equal(at({ 'src/a.ts': code, 'src/b.ts': code, 'test/a.test.ts': ok }), [
    "packages/loop/src/b.ts:1 write test/b.test.ts, or name src/b.ts in a '// covers:' comment of another test",
  ]);
});

test('takes a covers comment at the top of another test for it', () => {
  const covers = `// covers: src/a.ts, src/b.ts\n${ok}`;
  assert.equal(at({ 'src/a.ts': code, 'src/b.ts': code, 'test/pair.test.ts': covers }), []);
  const header = `/**\n * The pair.\n *\n * covers: src/a.ts, src/b.ts\n */\n${ok}`;
  assert.equal(at({ 'src/a.ts': code, 'src/b.ts': code, 'test/pair.test.ts': header }), []);
});

test('refuses a covers comment that names no file', () => {
  assert.equal(at({ 'src/a.ts': code, 'test/a.test.ts': `\n// covers: src/gone.ts\n${ok}` }), [
    "packages/loop/test/a.test.ts:2 'src/gone.ts' does not exist: name what the test covers",
  ]);
});

test('asks for a test where types and code stand in one file', () => {
  assert.is(at({ 'src/a.ts': `export type A = 1;\n${code}`, 'test/contract/b.test.ts': ok }).length, 1);
});

test('asks nothing of doors and files of types alone', () => {
  const files = {
    'src/index.ts': "export { a } from './a.ts';\nexport * from './b.ts';",
    'src/shape.ts':
      "import type { B } from './b.ts';\nexport interface A { b: B }\nexport type C = A;\ndeclare const d: C;",
    'src/a.ts': code,
    'test/a.test.ts': ok,
  };
  assert.equal(at(files), []);
});

test('wants a test file to be named after a source, or to stand in a free folder', () => {
  const files = {
    'src/a.ts': code,
    'test/a.test.ts': ok,
    'test/integration/kill.test.ts': ok,
    'test/lost.test.ts': ok,
  };
  assert.equal(at(files), [
    "packages/loop/test/lost.test.ts:1 name the test after its source (src/lost.ts does not exist), or say '// covers: src/…' at its top",
  ]);
});

test('wants every suite to be run', () => {
  const forgotten = "const first = suite('a');\nconst second = suite('b');\nfirst.run();";
  assert.equal(at({ 'src/a.ts': code, 'test/a.test.ts': forgotten }), [
    'packages/loop/test/a.test.ts:2 call second.run(): without it none of these tests run',
  ]);
});

test('wants the suite of a contract kit to be run too', () => {
  const kit = "export function contract(name) {\n  const it = suite(name);\n  it('a', f);\n}";
  assert.match(
    at({ 'src/a.ts': code, 'test/a.test.ts': ok, 'test/contract/frontier.ts': kit })[0] ?? '',
    'call it.run()',
  );
});

test('wants a suite without a name to be run too', () => {
  const bare = "suite('a')('b', f);";
  assert.match(at({ 'src/a.ts': code, 'test/a.test.ts': bare })[0] ?? '', 'call the suite.run()');
  assert.equal(at({ 'src/a.ts': code, 'test/a.test.ts': 'f(); other.run();' }), []);
});

test('wants at least one test of a project that has a test script', () => {
  assert.equal(at({ 'src/shape.ts': 'export type A = 1;' }), ['packages/loop/package.json:1 add a test']);
});

test('asks an app for tests, not for twins', () => {
  assert.equal(audit(tests, { 'apps/site/src/a.ts': code, 'apps/site/test/smoke.test.ts': ok }), []);
});

test("leaves a tool's main alone", () => {
  const files = { 'tools/x/src/main.ts': 'f();', 'tools/x/src/a.ts': code, 'tools/x/test/a.test.ts': ok };
  assert.equal(audit(tests, files), []);
  assert.is(audit(tests, { ...files, 'tools/x/src/b.ts': code }).length, 1);
});

test.run();
