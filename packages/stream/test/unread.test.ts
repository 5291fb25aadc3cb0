import { run, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { map } from 'rxjs';
import { onUnread, Stream } from '../src/index.ts';

const test = suite('unread values');

function numbered(unread: number[][], order: string[] = []): Stream<number> {
  return new Stream<number>((out) => {
    onUnread(out, (values) => {
      order.push('unread');
      unread.push([...values]);
    });
    for (let i = 0; i < 5; i++) out.next(i);
    return () => void order.push('teardown');
  });
}

test('leaving a loop gives back what was not read, before the teardown', () =>
  run(
    async () => {
      const unread: number[][] = [];
      const order: string[] = [];
      for await (const value of numbered(unread, order)) if (value === 1) break;
      assert.equal(unread, [[2, 3, 4]]);
      assert.equal(order, ['unread', 'teardown']);
    },
    { clock: new VirtualClock() },
  ));

test('a consumer that read everything gives nothing back, nor one behind an operator', () =>
  run(
    async () => {
      const unread: number[][] = [];
      for await (const value of numbered(unread)) if (value === 4) break;
      for await (const _ of numbered(unread).pipe(map((value) => value))) break;
      numbered(unread).subscribe().unsubscribe();
      assert.equal(unread, []);
    },
    { clock: new VirtualClock() },
  ));

test.run();
