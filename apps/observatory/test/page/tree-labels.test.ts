import { assert, suite } from '@oxbow/testkit';
import { chooseLabels, type Label, MAX_LABELS, nameOf } from '../../src/page/tree-labels.ts';

const SIZE = { width: 400, height: 10_000 };
const widthOf = (text: string): number => text.length * 6;
const label = (text: string, x: number, y: number): Label => ({ text, x, y });
const namesOf = (labels: readonly Label[]): string[] =>
  chooseLabels(labels, widthOf, SIZE).map(({ text }) => text);

const test = suite('the names in the tree');

test('the first in order wins where two would cover each other', () => {
  assert.equal(namesOf([label('first', 10, 10), label('second', 20, 15), label('third', 10, 40)]), [
    'first',
    'third',
  ]);
});

test('a name that would leave the picture stands on the other side of its dot', () => {
  const [chosen] = chooseLabels([label('at the edge', 390, 10)], widthOf, SIZE);
  assert.is(chosen?.x, 390 - 6 - 66);
});

test('what is out of the picture has no name', () => {
  assert.equal(namesOf([label('left', -1, 10), label('below', 10, 10_001)]), []);
});

test('there are as many names as there may be, and no further one', () => {
  const labels = Array.from({ length: MAX_LABELS + 1 }, (_, at) => label(`n${at}`, 10, at * 20));
  assert.is(namesOf(labels).length, MAX_LABELS);
});

test('a page is named by the last part of its path, a folder for its index, a seed by its host', () => {
  assert.equal(
    [
      'http://a.test/',
      'http://a.test/docs/b%20c.html',
      'http://a.test/docs/README.html',
      'http://a.test/?q=1',
    ].map(nameOf),
    ['a.test', 'b c.html', 'docs', 'a.test?q=1'],
  );
  assert.is(nameOf(`http://a.test/${'x'.repeat(30)}`), `${'x'.repeat(23)}…`);
  assert.equal([nameOf('no url'), nameOf('http://a.test/%ff')], ['no url', '%ff']);
});

test.run();
