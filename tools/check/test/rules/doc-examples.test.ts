import { assert, suite } from '@oxbow/testkit';
import { docExamples, MIN_EXAMPLES } from '../../src/rules/doc-examples.ts';
import { audit } from '../made-up-tree.ts';

const test = suite('doc-examples');

const example = (lines: number): string =>
  `/**\n * Does it.\n *\n * @example\n * \`\`\`ts\n${' * call();\n'.repeat(lines)} * \`\`\`\n */\nexport const a = 1;\n`;

test('counts the examples of all packages', () => {
  const source = example(3).repeat(MIN_EXAMPLES - 1);
  assert.equal(audit(docExamples, { 'packages/loop/src/a.ts': source }), [
    `packages:1 write an @example for 1 more exports: ${MIN_EXAMPLES - 1} have one, of at least ${MIN_EXAMPLES}`,
  ]);
  assert.equal(
    audit(docExamples, { 'packages/loop/src/a.ts': source, 'packages/http/src/b.ts': example(1) }),
    [],
  );
});

test('lets an example of twenty lines pass, and reports one more', () => {
  const enough = example(1).repeat(MIN_EXAMPLES);
  assert.equal(
    audit(docExamples, { 'packages/loop/src/a.ts': enough, 'packages/loop/src/b.ts': example(20) }),
    [],
  );
  assert.equal(
    audit(docExamples, { 'packages/loop/src/a.ts': enough, 'packages/loop/src/b.ts': example(21) }),
    ['packages/loop/src/b.ts:4 shorten the example: 21 lines, of at most 20'],
  );
});

test.run();
