import { assert, suite } from '@oxbow/testkit';
import { RemoteCall } from '../../src/call/remote-call.ts';
import { Backlog } from '../../src/pool/backlog.ts';

const test = suite('the backlog of a pool');

const owner = { cancelCall: () => {} };

function newCalls(count: number): RemoteCall<unknown>[] {
  return Array.from({ length: count }, () => new RemoteCall<unknown>(owner, undefined));
}

function drain(backlog: Backlog): RemoteCall<unknown>[] {
  const order: RemoteCall<unknown>[] = [];
  for (let first = backlog.first; first !== undefined; first = backlog.first) {
    order.push(first);
    backlog.remove(first);
  }
  return order;
}

test('gives calls in the order they came', () => {
  const backlog = new Backlog();
  const calls = newCalls(3);
  for (const call of calls) backlog.add(call);
  assert.is(backlog.size, 3);
  assert.ok(drain(backlog).every((call, index) => call === calls[index]));
  assert.is(backlog.size, 0);
});

test('what is given back stands in front, in its own order', () => {
  const backlog = new Backlog();
  const [a, b, c, d, e] = newCalls(5) as [
    RemoteCall<unknown>,
    RemoteCall<unknown>,
    RemoteCall<unknown>,
    RemoteCall<unknown>,
    RemoteCall<unknown>,
  ];
  backlog.add(e);
  backlog.giveBack([c, d]);
  backlog.giveBack([a, b]);
  assert.ok(drain(backlog).every((call, index) => call === [a, b, c, d, e][index]));
});

test('a call leaves from wherever it stands, once', () => {
  const backlog = new Backlog();
  const [a, b, c] = newCalls(3) as [RemoteCall<unknown>, RemoteCall<unknown>, RemoteCall<unknown>];
  backlog.add(b);
  backlog.add(c);
  backlog.giveBack([a]);
  for (const call of [b, a, a]) backlog.remove(call);
  assert.is(backlog.first, c);
  assert.is(backlog.size, 1);
});

test.run();
