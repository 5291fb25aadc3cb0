import { assert, suite } from '@oxbow/testkit';
import { nearestName } from '../src/nearest-name.ts';

const test = suite('nearestName');

test('forgives slips of typing, swapped letters and forgotten endings, not other words', () => {
  const names = ['timeoutMs', 'returnWhen', 'maxSize'];
  assert.is(nearestName('maxsize', names), 'maxSize');
  assert.is(nearestName('mazSize', names), 'maxSize');
  assert.is(nearestName('retrunWhen', names), 'returnWhen');
  assert.is(nearestName('timeout', names), 'timeoutMs');
  assert.is(nearestName('capacity', names), undefined);
});

test.run();
