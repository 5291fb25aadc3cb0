import { assert, suite } from '@oxbow/testkit';
import { UnreadRequests } from '../../src/socket/unread-requests.ts';

const test = suite('unread requests');

test('are told in order, as far as the reader has come', () => {
  const requests = new UnreadRequests();
  const told: string[] = [];
  requests.add(2, (isTaken) => told.push(`second ${isTaken}`));
  requests.add(5, (isTaken) => told.push(`fifth ${isTaken}`));
  requests.taken(1);
  assert.equal(told, []);
  requests.taken(4);
  assert.equal([told, requests.size], [['second true'], 1]);
  requests.giveUp();
  assert.equal([told, requests.size], [['second true', 'fifth false'], 0]);
});

test.run();
