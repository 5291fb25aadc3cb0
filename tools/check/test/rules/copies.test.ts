import { assert, suite } from '@oxbow/testkit';
import { COPIES, copies } from '../../src/rules/copies.ts';
import { audit, madeUpTree } from '../made-up-tree.ts';

const test = suite('copies');

const [[original, copy]] = COPIES as [readonly [string, string]];

test('a copy that is the same passes', () => {
  assert.equal(audit(copies, { [original]: 'a\n', [copy]: 'a\n' }), []);
});

test('one that differs, or is missing, is replaced by the original', () => {
  for (const files of [{ [original]: 'a\n', [copy]: 'b\n' }, { [original]: 'a\n' }]) {
    assert.equal(audit(copies, files), [`${copy}:1 let the file be the same as ${original}`]);
    assert.is(copies.audit(madeUpTree(files))[0]?.fix, 'a\n');
  }
});

test('a tree without either has nothing to compare', () => {
  assert.equal(audit(copies, {}), []);
});

test.run();
