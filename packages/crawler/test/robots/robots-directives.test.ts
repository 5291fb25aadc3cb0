import { assert, suite } from '@oxbow/testkit';
import { directivesOf, directivesOfHeader } from '../../src/robots/robots-directives.ts';

const header = (text: string | undefined) => directivesOfHeader(text, 'oxbow-crawler/1');

const test = suite('robots directives');
test('are words between commas, in any case', () => {
  assert.equal(directivesOf('NoIndex, max-snippet:5'), { noindex: true, nofollow: false });
  assert.equal(directivesOf('none'), { noindex: true, nofollow: true });
  assert.equal(directivesOf('index,follow'), { noindex: false, nofollow: false });
});
test('of a header are for all, or for the robot it names', () => {
  assert.ok(header('nofollow').nofollow);
  assert.ok(header('otherbot: noindex, nofollow, Oxbow-Crawler: nofollow').nofollow);
  assert.not.ok(header('otherbot: noindex, nofollow').nofollow);
  assert.ok(header('unavailable_after: 25 Jun 2030 15:00:00 PST, nofollow').nofollow);
  assert.not.ok(header(undefined).nofollow);
});
test.run();
