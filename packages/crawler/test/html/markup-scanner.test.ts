import { assert, suite } from '@oxbow/testkit';
import { MarkupScanner } from '../../src/html/markup-scanner.ts';

/** The tags and titles of a piece of HTML, as short words. */
function scan(html: string, options = {}): string[] {
  const seen: string[] = [];
  const scanner = new MarkupScanner(
    {
      startTag: (element, attributes) => seen.push([element, ...attributes.entries()].join(' ')),
      title: (text) => seen.push(`title:${text}`),
    },
    options,
  );
  scanner.write(Buffer.from(html, 'latin1'));
  scanner.end();
  return seen;
}

const test = suite('§13.2.5 tokenization');
test('ends a comment at -->, --!> or at once', () => {
  for (const comment of [
    '<!-- x -->',
    '<!-- x --!>',
    '<!-->',
    '<!--->',
    '<!---->',
    '<!--a--b--->',
    '<!x>',
    '<?x>',
    '</ x>',
    '</>',
  ]) {
    assert.equal(scan(`${comment}<a>`), ['a'], comment);
  }
  for (const open of ['<!-- >', '<!-- -- >', '<!-- --!', '<!--- >'])
    assert.equal(scan(`${open}<a>`), [], open);
});
test('does not take quotes for quotes outside a value', () => {
  assert.equal(scan('<p "><a>">'), ['a']);
  assert.equal(scan('<p x=">"><a>'), ['a']);
  assert.equal(scan("<p x='\">'><a>"), ['a']);
  assert.equal(scan('<p x="a"b=">"><a>'), ['a']);
});
test('lets a slash end a name but not an unquoted value', () => {
  assert.equal(scan('<a/href=/x/>'), ['a href,/x/']);
  assert.equal(scan('<a href/=x>'), ['a href,']);
});
test('takes a leading = into the name', () => assert.equal(scan('<a =href=x>'), ['a']));
test('keeps the first of two attributes and lower-cases names', () => {
  assert.equal(scan('<A HREF=1 href=2>'), ['a href,1']);
});
test('lets a script hide markup, and <!-- with <script hide its end tag', () => {
  assert.equal(scan('<script>"<a>"</script><a>'), ['a']);
  assert.equal(scan('<script><!-- </script><a>'), ['a']);
  assert.equal(scan('<script><!-- <script></script><a></script><a>'), ['a']);
  assert.equal(scan('<script><!-- <script> --></script><a>'), ['a']);
  assert.equal(scan('<script><!--></script><a>'), ['a']);
  assert.equal(scan('<script></scripts></script ><a>'), ['a']);
});
test('ends a title only at its own end tag', () => {
  assert.equal(scan('<title>a<b></titles></TITLE x="></title>">'), ['title:a<b></titles>']);
  assert.equal(scan('<title>cut off'), ['title:cut off']);
});
test('keeps 4 bytes of a title where the limit is 4, and not 5', () => {
  assert.equal(scan('<title>1234</title>', { maxTitleBytes: 4 }), ['title:1234']);
  assert.equal(scan('<title>12345</title>', { maxTitleBytes: 4 }), ['title:1234']);
});
test('reads CDATA in svg only', () => {
  assert.equal(scan('<![CDATA[ ><a>]]>'), ['a']);
  assert.equal(scan('<svg><![CDATA[ ><a>]]></svg>'), []);
});
test('has no text modes in svg, and returns to HTML at its end, at a breakout tag and in a foreignObject', () => {
  assert.equal(scan('<svg><style><a></style></svg>'), ['a']);
  assert.equal(scan('<svg><g></svg><style><a></style>'), []);
  assert.equal(scan('<svg><p><style><a></style>'), []);
  assert.equal(scan('<svg><foreignObject><style><a></style>'), []);
});
test('leaves out what is in a template', () => {
  assert.equal(scan('<template><a><template><a></template><title>t</title><a></template><a>'), ['a']);
});
test('stays linear in a tag that never ends', () => {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const scanner = new MarkupScanner({
    startTag: () => assert.unreachable(),
    title: () => assert.unreachable(),
  });
  scanner.write(Buffer.from('<a href="'));
  for (let count = 0; count < 160; count++) scanner.write(chunk);
  scanner.end();
});
test.run();
