import { assert, suite } from '@oxbow/testkit';
import { hostOptionsOf } from '../../src/options/host-options.ts';

const HOSTS = { 'h.test:81': 1, 'h.test': 2, '*.h.test': 3, '*.o.test': 4 };

const test = suite('options by host');
test('are those of the first pattern that fits', () => {
  assert.equal(
    ['h.test:81', 'h.test', 'h.test:82', 'www.h.test', 'o.test', 'a.b.o.test:9', 'xo.test', 'p.test'].map(
      (host) => hostOptionsOf(HOSTS, host),
    ),
    [1, 2, 2, 3, 4, 4, undefined, undefined],
  );
});
test.run();
