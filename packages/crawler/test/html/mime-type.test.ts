import { assert, suite } from '@oxbow/testkit';
import { declaredType, headerValues, isHtml, isXhtml, mimeEssence } from '../../src/html/mime-type.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
/** MIME Sniffing §7.1. */
const TAGS = '!DOCTYPE html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--'.split(
  '|',
);

const test = suite('MIME types');
test('takes type and subtype, and nothing that is no token', () => {
  assert.is(mimeEssence(' Text/HTML ; charset=x'), 'text/html');
  for (const bad of ['html', 'text/html charset=utf-8', 'text/html:charset=x', 'text/', '/html', 'a/b/c', ''])
    assert.is(mimeEssence(bad), undefined, bad);
});
test('parts values at commas, but not in quotes', () => {
  assert.equal(headerValues('a/b;x="1,2", c/d'), ['a/b;x="1,2"', 'c/d']);
});
test('counts the last good type, and none that says nothing', () => {
  assert.is(declaredType('text/html, nonsense, */*'), 'text/html');
  for (const none of ['*/*', 'unknown/unknown', 'application/unknown', '', null, 'text/html charset=utf-8'])
    assert.is(declaredType(none), undefined, String(none));
});
test('looks into a body whose type says nothing, by the patterns of §7.1', () => {
  for (const tag of TAGS) {
    assert.ok(isHtml(undefined, bytes(`\t\n <${tag}>`)), tag);
    assert.ok(isHtml('text/html charset=utf-8', bytes(`<${tag} `)), tag);
    assert.not.ok(isHtml('text/plain', bytes(`<${tag}>`)), tag);
  }
  for (const other of ['<span>', '<bx>', 'x<p>', '<?xml?>', '<p', ''])
    assert.not.ok(isHtml('*/*', bytes(other)), other);
});
test('tells XHTML from HTML', () => {
  assert.equal(
    ['application/xhtml+xml; charset=x', 'text/html', undefined].map((type) => isXhtml(type)),
    [true, false, false],
  );
});
test.run();
