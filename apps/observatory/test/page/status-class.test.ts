import { assert, suite } from '@oxbow/testkit';
import { statusClass } from '../../src/page/status-class.ts';

const test = suite('the colour of a status');

test('goes by its class; a missing answer is as bad as a broken one', () => {
  assert.equal([200, 299, 301, 404, 500, 0].map(statusClass), [
    'ok',
    'ok',
    'moved',
    'missing',
    'broken',
    'broken',
  ]);
});

test.run();
