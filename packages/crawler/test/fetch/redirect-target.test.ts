import { assert, suite } from '@oxbow/testkit';
import { redirectTarget } from '../../src/fetch/redirect-target.ts';

const BASE = 'http://h.test/d/';

const test = suite('Location');
test('is resolved against the page, without a fragment', () => {
  assert.is(redirectTarget('../x#y', BASE), 'http://h.test/x');
  assert.is(redirectTarget('mailto:a@b', BASE), undefined);
});
test('is UTF-8 where its bytes are, and keeps other bytes as they stand', () => {
  assert.is(redirectTarget(Buffer.from('/café').toString('latin1'), BASE), 'http://h.test/caf%C3%A9');
  assert.is(redirectTarget('/caf\xe9', BASE), 'http://h.test/caf%E9');
});
test('counts once when it came twice with one value, and keeps a comma of one value', () => {
  assert.is(redirectTarget('/t1, /t1', BASE), 'http://h.test/t1');
  assert.is(redirectTarget('/a,b', BASE), 'http://h.test/a,b');
});
test.run();
