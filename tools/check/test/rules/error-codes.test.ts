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

test('holds the page of all codes complete: one row each, with a cause and a remedy, and none for what is gone', () => {
  const page = [
    '| `ERR_OXBOW_LOOP_GONE` | it was | nothing |',
    '| `ERR_OXBOW_LOOP_CLOSED` | closed | |',
    '| `ERR_OXBOW_LOOP_CLOSED` | closed | open it |',
  ];
  const files = {
    'packages/loop/src/a.ts': source,
    'packages/loop/README.md': '# Loop\n## Errors\nERR_OXBOW_LOOP_CLOSED',
  };
  assert.equal(audit(errorCodes, { ...files, 'docs/errors.md': page.join('\n') }), [
    'docs/errors.md:1 take ERR_OXBOW_LOOP_GONE out: nothing raises it',
    'docs/errors.md:2 give ERR_OXBOW_LOOP_CLOSED a cause and a remedy',
    'docs/errors.md:3 take the second row of ERR_OXBOW_LOOP_CLOSED out',
  ]);
  assert.equal(audit(errorCodes, { ...files, 'docs/errors.md': '' }), [
    'packages/loop/src/a.ts:2 add ERR_OXBOW_LOOP_CLOSED to docs/errors.md, with its cause and what to do',
  ]);
  assert.equal(audit(errorCodes, { ...files, 'docs/errors.md': page[2] ?? '' }), []);
});

test.run();
