import { assert, suite } from '@oxbow/testkit';
import { parseLink } from '../../src/protocol/link.ts';

const test = suite('the field Link (RFC 8288)');

const short = (value: Parameters<typeof parseLink>[0]) =>
  parseLink(value).map(({ target, rel }) => [target, rel.join(' ')]);

for (const [value, links] of [
  [
    '<https://a.test/?page=2>; rel="next", <https://a.test/?page=9>; rel=last',
    [
      ['https://a.test/?page=2', 'next'],
      ['https://a.test/?page=9', 'last'],
    ],
  ],
  [
    ['</a>; rel=prev', '</b>; rel="NEXT start"'],
    [
      ['/a', 'prev'],
      ['/b', 'next start'],
    ],
  ],
  ['</a,b?x="y,z">; rel=next; title="a, b; c"', [['/a,b?x=%22y,z%22', 'next']]],
  ['< /a > ;rel = next', [['/a', 'next']]],
  ['</a>', [['/a', '']]],
  ['</a>; rel=first; rel=next', [['/a', 'first']]],
  ['/a; rel=next, </b>; rel=next, <c; rel=next', [['/b', 'next']]],
  ['', []],
  [null, []],
] as const) {
  test(JSON.stringify(value), () => {
    assert.equal(short(value), links);
  });
}

test('parameters are given, unquoted', () => {
  const [link] = parseLink('</a>; rel=next; TITLE="say \\"hi\\""; crossorigin');
  assert.equal({ ...link?.parameters }, { rel: 'next', title: 'say "hi"', crossorigin: '' });
});

test.run();
