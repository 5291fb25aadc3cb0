import { assert, suite } from '@oxbow/testkit';
import { errorLines, type Finding, failureSentence, warningLines } from '../src/finding.ts';

const test = suite('findings');

const warning = (message: string): Finding => ({ severity: 'warning', message });
const error = (message: string): Finding => ({ severity: 'error', message });

test('links without a target come first, each once, then other warnings', () => {
  const link = 'Failed to resolve link to "Taks" in comment for @oxbow/loop.run';
  assert.equal(warningLines([warning('odd'), warning(link), warning(link)]), [
    '{@link} without a target (1):',
    `  ${link}`,
    'other warnings (1):',
    '  odd',
  ]);
});

test('a link to what is not exported counts as one without a target', () => {
  const message = 'The comment for a.b links to "c" which was resolved but is not included';
  assert.match(warningLines([warning(message)])[0] ?? '', '{@link}');
});

test('warnings are not called other where no link is amiss', () => {
  assert.equal(warningLines([warning('odd')]), ['warnings (1):', '  odd']);
});

test('fifty of a sort are listed, and the number of the others', () => {
  const many = (count: number): readonly string[] =>
    warningLines(Array.from({ length: count }, (_, index) => warning(`w${index}`)));
  assert.is(many(50).length, 51);
  assert.equal(many(51).slice(-2), ['  w49', '  and 1 more']);
});

test('nothing found is nothing said', () => {
  assert.equal(warningLines([]), []);
  assert.equal(warningLines([error('bad')]), []);
});

test('one error is told whole in the sentence, without colours', () => {
  const found = [error('\x1b[31mno such file\x1b[0m')];
  assert.equal(errorLines(found), []);
  assert.is(
    failureSentence(found, 'docs/reference'),
    'typedoc reports an error, so docs/reference was left as it was: no such file',
  );
});

test('several errors are listed, and the sentence gives their number and the first line of the first', () => {
  const found = [error('one\ndetail'), error('two'), warning('three')];
  assert.equal(errorLines(found), ['one\ndetail', 'two']);
  assert.is(
    failureSentence(found, 'docs/reference'),
    'typedoc reports 2 errors (above), so docs/reference was left as it was; the first is: one',
  );
});

test.run();
