import { assert, suite } from '@oxbow/testkit';
import { sidebar, titleOf } from '../../src/site/navigation.ts';

const test = suite('the sidebar of the site');

test('lists what is there, in the order in which it is read', () => {
  const page = (path: string, title: string) => ({ path, title });
  const bar = sidebar(
    [
      page('docs/guides/http.md', 'HTTP'),
      page('docs/guides/tasks-and-cancellation.md', 'Tasks and cancellation'),
      page('docs/getting-started/node.md', 'Getting started'),
      page('packages/loop/README.md', '@oxbow/loop'),
      page('docs/decisions/README.md', 'Decisions'),
      page('docs/decisions/0001-a.md', '0001: A'),
    ],
    ['loop', 'stream'],
  );
  assert.equal(
    bar.map(({ text, items }) => [text, items?.map((item) => item.link ?? item.text)]),
    [
      ['Begin', ['/docs/getting-started/node']],
      ['Guides', ['/docs/guides/tasks-and-cancellation', '/docs/guides/http']],
      ['Packages', ['/packages/loop/README']],
      ['Look up', ['Decisions']],
    ],
  );
});

test('takes titles from the first heading, without its marks', () => {
  assert.is(titleOf('text\n# The `loop` *here*\n', 'x'), 'The loop here');
  assert.is(titleOf('no heading', 'x.md'), 'x.md');
});

test.run();
