import { assert, suite } from '@oxbow/testkit';
import { parseLinkHeader } from '../../src/html/link-header.ts';

const test = suite('RFC 8288 Link header');
test('gives targets with their relations and types', () => {
  assert.equal(
    parseLinkHeader(
      '</a#x>; rel="next Prev", <b>; type="application/rss+xml"; rel=alternate, <mailto:x>; rel=next',
      'http://h/d/',
    ),
    [
      { url: 'http://h/a', relations: ['next', 'prev'], type: undefined },
      { url: 'http://h/d/b', relations: ['alternate'], type: 'application/rss+xml' },
    ],
  );
});
test('keeps commas and semicolons in quotes together, and passes over what is no link', () => {
  assert.equal(
    parseLinkHeader('nonsense, <a>; title="x; rel=y, z"; rel=next', 'http://h/').map(
      ({ relations }) => relations,
    ),
    [['next']],
  );
});
test.run();
