// covers: src/extract/dom-libraries.ts
// covers: src/extract/selection.ts
import { assert, suite } from '@oxbow/testkit';
import type { Element } from 'domhandler';
import { Page, type PageInit } from '../../src/visit/page.ts';

const pageOf = (html: string) =>
  new Page({
    url: 'http://h.test/d/p',
    baseUrl: 'http://h.test/d/',
    body: Buffer.from(html),
    charset: 'utf-8',
    contentType: 'text/html',
  } as unknown as PageInit);
const PRODUCTS = `<title>Shop</title><h1> All\n <b>things</b></h1>
  <ul><li class=item data-id=1><a href="one">One</a> <i>2.50</i></li>
  <li class=item data-id=2><a href="/two">Two</a> <i>no price</i></li></ul>`;
const page = pageOf(PRODUCTS);

/** A schema of the Standard Schema interface, version 1. */
const schemaOf = <T>(convert: (value: unknown) => T | undefined, message: string) => ({
  '~standard': {
    version: 1 as const,
    vendor: 'test',
    validate: (value: unknown) => {
      const output = convert(value);
      return output === undefined ? { issues: [{ message, path: ['x'] }] } : { value: output };
    },
  },
});
const price = schemaOf((value) => {
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}, 'is no number');
const codeOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'no error';
};

const test = suite('page.select and page.extract');
test('selects by CSS, in document order, with text, attributes and absolute URLs', () => {
  const items = page.select('li.item');
  assert.is(items.length, 2);
  assert.equal(items.select('a').texts, ['One', 'Two']);
  assert.equal(items.select('a').attrs('href'), ['http://h.test/d/one', 'http://h.test/two']);
  assert.equal(
    items.map((item) => item.attr('data-id')),
    ['1', '2'],
  );
  assert.is(items.at(-1).select('i').text, 'no price');
  assert.is(page.select('h1').text, 'All things');
  assert.is(page.select('li').at(0).select('a').html, 'One');
});
test('gives null and nothing for what is not there', () => {
  const none = page.select('table');
  assert.equal([none.length, none.text, none.attr('x'), none.html, [...none]], [0, null, null, null, []]);
  assert.equal(none.at(3).texts, []);
});
test('extracts fields, attributes, lists and groups', () => {
  const record = page.extract({
    title: 'title',
    first: 'li a@href',
    names: ['li a'],
    missing: '.none',
    items: [{ css: 'li', fields: { id: '@data-id', name: 'a' } }],
    box: { css: '.none', fields: { a: 'a' } },
  });
  assert.equal(
    { ...record, items: record.items.map((item) => ({ ...item })) },
    {
      title: 'Shop',
      first: 'http://h.test/d/one',
      names: ['One', 'Two'],
      missing: null,
      items: [
        { id: '1', name: 'One' },
        { id: '2', name: 'Two' },
      ],
      box: null,
    },
  );
  const typed: string[] = record.names;
  assert.is(typed.length, 2);
});
test('converts by a schema, of a field or of the whole', () => {
  const record = page.extract({ price: { css: 'i', schema: price } });
  const typed: number = record.price;
  assert.is(typed, 2.5);
  const whole = page.extract(
    { title: 'title' },
    schemaOf((value) => (value as { title: string }).title, ''),
  );
  assert.is(whole, 'Shop');
});
test('names the field and the fault', () => {
  assert.throws(() => page.extract({ price: [{ css: 'i', schema: price }] }), /price: x: is no number/);
  assert.is(
    codeOf(() => page.extract({ price: { css: '.none', schema: price } })),
    'ERR_OXBOW_CRAWLER_EXTRACT',
  );
  const later = { '~standard': { version: 1 as const, vendor: 't', validate: async () => ({ value: 1 }) } };
  assert.throws(() => page.extract({ a: { css: 'i', schema: later } }), /asynchronously/);
  assert.throws(() => page.select('li['), /is no selector/);
  assert.is(
    codeOf(() => page.extract({ a: 5 as unknown as string })),
    'ERR_OXBOW_CRAWLER_OPTION',
  );
});
test('has no field of a prototype', () => {
  assert.is(Object.getPrototypeOf(page.extract({})), null);
});
test('builds the tree of a browser when it is asked for', () => {
  const { dom } = pageOf('<table><tr><td>x</table><p>y');
  const html = dom.children.find(
    (node): node is Element => node.type === 'tag' && (node as Element).name === 'html',
  );
  assert.equal(
    html?.children.map((node) => (node as Element).name),
    ['head', 'body'],
  );
  assert.is(pageOf('<p>').dom === undefined, false);
});
test.run();
