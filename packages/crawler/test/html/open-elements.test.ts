import { assert, suite } from '@oxbow/testkit';
import { OpenElements } from '../../src/html/open-elements.ts';

const none = () => undefined;
const open = (...names: string[]) => {
  const elements = new OpenElements();
  for (const name of names) {
    if (name.startsWith('/')) elements.endTag(name.slice(1));
    else elements.startTag(name, false, none);
  }
  return elements;
};

const test = suite('§13.2.6.5 foreign content');
test('is empty until svg, math or template opens, and after it closes', () => {
  assert.ok(open('div', 'p').isEmpty);
  assert.ok(open('svg', 'g', '/svg').isEmpty);
  assert.ok(open('template', 'svg', '/template').isEmpty);
});
test('gives children the namespace of the element they are in', () => {
  assert.is(open('svg').startTag('g', false, none), 'svg');
  assert.is(open('math').startTag('mi', false, none), 'math');
  assert.is(open('math', 'mi').startTag('b', false, none), 'html');
  assert.is(open('math', 'mi').startTag('mglyph', false, none), 'math');
  assert.is(open('math', 'annotation-xml').startTag('svg', false, none), 'svg');
  assert.is(open('svg', 'desc').startTag('title', false, none), 'html');
});
test('takes a self-closing svg as closed', () => {
  const elements = new OpenElements();
  elements.startTag('svg', true, none);
  assert.ok(elements.isEmpty);
});
test('ends at a breakout tag, and at font only with color, face or size', () => {
  assert.ok(open('svg', 'g', 'div').isEmpty);
  assert.is(open('svg').startTag('font', false, none), 'svg');
  assert.is(
    open('svg').startTag('font', false, (name) => (name === 'size' ? '1' : undefined)),
    'html',
  );
});
test('ends at </p> and </br>, but not at an end tag with no element of that name inside a foreignObject', () => {
  assert.ok(open('svg', '/p').isEmpty);
  assert.ok(open('svg', '/br').isEmpty);
  assert.not(open('svg', 'foreignobject', '/div').isEmpty);
});
test('opens an HTML integration point in annotation-xml by its encoding', () => {
  const elements = open('math');
  elements.startTag('annotation-xml', false, (name) => (name === 'encoding' ? 'Text/HTML' : undefined));
  assert.is(elements.startTag('div', false, none), 'html');
});
test('counts nested templates', () => {
  assert.ok(open('template', 'template', '/template').inTemplate);
  assert.not(open('template', 'template', '/template', '/template').inTemplate);
});
test('records 512 open elements, not 513', () => {
  const elements = open(...Array<string>(513).fill('template'));
  for (let count = 0; count < 511; count++) elements.endTag('template');
  assert.ok(elements.inTemplate);
  elements.endTag('template');
  assert.not(elements.inTemplate);
});
test.run();
