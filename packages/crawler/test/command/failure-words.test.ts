import { assert, suite } from '@oxbow/testkit';
import { answeredWith, failureKind, inWords, skipInWords } from '../../src/command/failure-words.ts';

const test = suite('what went wrong, in words');

test('a status has its common name, and what to do', () => {
  assert.is(failureKind('404').words, 'answered 404 Not Found');
  assert.match(failureKind('404').advice, 'The link is dead');
  assert.is(failureKind('418').words, 'answered 418');
  assert.match(failureKind('418').advice, 'open one to see what it says');
  assert.match(failureKind('599').advice, 'The site itself failed');
  assert.not.ok(failureKind('503').isWorthRetrying);
});

test('a reason of the crawl has words, advice, and whether another try may help', () => {
  assert.is(failureKind('network').words, 'the network failed');
  assert.ok(failureKind('network').isWorthRetrying);
  assert.not.ok(failureKind('robots').isWorthRetrying);
});

test('a page that was answered with trouble is told with the page that has the link', () => {
  assert.is(
    answeredWith({ status: 404, referrer: 'http://a/' }),
    'answered 404 Not Found, linked from http://a/',
  );
  assert.is(answeredWith({ status: 418, referrer: null }), 'answered 418');
});

test('tries are counted from the second on', () => {
  assert.is(inWords({ reason: 'timeout', message: 'no byte', attempt: 1 }), 'it took too long: no byte');
  assert.is(
    inWords({ reason: 'timeout', message: 'no byte', attempt: 2 }),
    'it took too long (2 tries): no byte',
  );
});

test('a reason nobody has words for is told as it is', () => {
  assert.is(skipInWords('trap'), 'look like a trap');
  assert.is(skipInWords('another'), 'another');
});

test.run();
