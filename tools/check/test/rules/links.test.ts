import { assert, suite } from '@oxbow/testkit';
import { links } from '../../src/rules/links.ts';
import { audit } from '../made-up-tree.ts';

const at = (text: string): readonly string[] =>
  audit(links, {
    'docs/page.md': text,
    'README.md': '# Oxbow\n## Not for',
    'packages/loop/src/index.ts': '',
    'docs/decisions/0001-a.md': '',
  });

const test = suite('links');

test('lets links to files, folders, anchors and the outside pass', () => {
  const lines = [
    '# Here it is',
    '[a](../README.md) [b](../README.md#not-for) [c](#here-it-is) [d](decisions/) [e](../packages/loop)',
    '[f](https://example.org/x.md) [g](mailto:a@example.org) [h](../packages/loop/src/index.ts#L3) [i](..)',
  ];
  assert.equal(at(lines.join('\n')), []);
});

test('reports a link to a file that is not there, with its line', () => {
  assert.equal(at('\n[a](gone.md)'), ["docs/page.md:2 mend the link 'gone.md': docs/gone.md does not exist"]);
});

test('reports an anchor that is not there, on the page and on another', () => {
  assert.equal(at('[a](../README.md#for) [b](#gone)'), [
    "docs/page.md:1 mend the link '../README.md#for': README.md has no heading with the anchor 'for'",
    "docs/page.md:1 mend the link '#gone': docs/page.md has no heading with the anchor 'gone'",
  ]);
});

test('reports a path from the root of some server', () => {
  assert.match(at('[a](/README.md)')[0] ?? '', 'leads nowhere');
});

test.run();
