import { assert, suite } from '@oxbow/testkit';
import { errorCodes } from '../../src/rules/error-codes.ts';
import { audit } from '../made-up-tree.ts';

const test = suite('error-codes');

const source =
  "// ERR_OXBOW_IN_A_COMMENT\nthrow new LoopError('ERR_OXBOW_LOOP_CLOSED');\ntype Code = 'ERR_OXBOW_IN_A_TYPE';";

test('lets codes that stand in both places pass', () => {
  const readme = '# Loop\n## Errors\n| `ERR_OXBOW_LOOP_CLOSED` | the loop was closed |';
  assert.equal(
    audit(errorCodes, { 'packages/loop/src/a.ts': source, 'packages/loop/README.md': readme }),
    [],
  );
});

test('reports a code the README does not explain, where it is raised', () => {
  const readme = '# Loop\nERR_OXBOW_LOOP_CLOSED is mentioned outside of the section\n## Errors\n## Limits';
  assert.equal(audit(errorCodes, { 'packages/loop/src/a.ts': source, 'packages/loop/README.md': readme }), [
    'packages/loop/src/a.ts:2 add ERR_OXBOW_LOOP_CLOSED to the Errors section of packages/loop/README.md',
  ]);
});

test('reports a code that nothing raises', () => {
  const readme = '# Loop\n## Errors\nERR_OXBOW_LOOP_CLOSED, ERR_OXBOW_LOOP_GONE';
  assert.equal(audit(errorCodes, { 'packages/loop/src/a.ts': source, 'packages/loop/README.md': readme }), [
    'packages/loop/README.md:3 take ERR_OXBOW_LOOP_GONE out: nothing raises it',
  ]);
});

test("lets a section name another package's code", () => {
  const files = {
    'packages/loop/src/a.ts': source,
    'packages/stream/src/a.ts': '',
    'packages/stream/README.md': '# Stream\n## Errors\nERR_OXBOW_LOOP_CLOSED comes from the loop',
  };
  assert.equal(audit(errorCodes, files), []);
});

test('refuses codes that are put together at run time', () => {
  const files = { 'packages/loop/src/a.ts': 'const code = `ERR_OXBOW_LOOP_$' + '{what}`;' };
  assert.match(audit(errorCodes, files)[0] ?? '', 'write the code out in full');
});

test.run();
