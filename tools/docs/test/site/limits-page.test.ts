import { assert, suite } from '@oxbow/testkit';
import { limitsPage } from '../../src/site/limits-page.ts';

const test = suite('the page of limits');

const page = (markdown: string): string =>
  limitsPage([{ name: '@oxbow/loop', path: 'packages/loop/README.md', markdown }]);

test('takes the sections about limits, and those with a column of defaults', () => {
  const text = page(
    '# Loop\n## Example\nwords\n## Limits\nat most 3\n## Options\n| option | default |\n|---|---|\n| a | 1 |\n## Errors\n| code | |\n',
  );
  assert.match(text, /## @oxbow\/loop\n\n### Limits\nat most 3\n### Options\n\| option/);
  assert.not.match(text, /Example|words|Errors/);
});

test('keeps its links alive from where it stands', () => {
  const text = page(
    '## Limits\n[a](docs/a.md) [b](../http/README.md#x) [c](#limits) [d](https://x.example)\n',
  );
  assert.match(
    text,
    '[a](../packages/loop/docs/a.md) [b](../packages/http/README.md#x) [c](../packages/loop/README.md#limits) [d](https://x.example)',
  );
});

test('is not misled by code, and leaves a package out that names none', () => {
  assert.not.match(page('```sh\n## Limits\n```\n## Example\n'), '@oxbow/loop');
});

test.run();
