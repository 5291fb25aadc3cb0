import { assert, suite } from '@oxbow/testkit';
import { readme } from '../../src/rules/readme.ts';
import { audit } from '../made-up-tree.ts';

const SECTIONS = '# Loop\n## Install\n## Example\n## Exports\n## Errors\n## Limits\n';

const test = suite('readme');

test('lets a README with all sections pass, whatever it calls them', () => {
  const loose =
    '# Loop\n## Installation\n## A first program\n## API\n## The error tree\n## Limits and bounds\n';
  for (const text of [SECTIONS, loose]) assert.equal(audit(readme, { 'packages/loop/README.md': text }), []);
});

test('names the sections that are missing', () => {
  assert.equal(audit(readme, { 'packages/loop/README.md': '# Loop\n## Install\n## Example\n## Exports' }), [
    "packages/loop/README.md:1 add a section 'Errors'",
    "packages/loop/README.md:1 add a section 'Limits'",
  ]);
});

test('takes code under the title for the example, and code further down not', () => {
  const code = '```ts\nf();\n```\n';
  const rest = '## Install\n## Exports\n## Errors\n## Limits\n';
  assert.equal(audit(readme, { 'packages/loop/README.md': `# Loop\n${code}${rest}` }), []);
  assert.is(audit(readme, { 'packages/loop/README.md': `# Loop\n${rest}${code}` }).length, 1);
});

test('asks no sections of an app', () => {
  assert.equal(audit(readme, { 'apps/site/README.md': '# Site' }), []);
});

test('wants the examples it names to exist', () => {
  const text = `${SECTIONS}See examples/gone.ts and packages/loop/examples/here.ts and examples/here.ts.`;
  assert.equal(audit(readme, { 'packages/loop/README.md': text, 'packages/loop/examples/here.ts': '' }), [
    'packages/loop/README.md:7 write examples/gone.ts, or do not name it: the example does not exist',
  ]);
});

test.run();
