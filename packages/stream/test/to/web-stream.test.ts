import { Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';

const test = suite('toWeb');

test('gives every value and closes', async () => {
  const seen: number[] = [];
  for await (const value of Stream.from([1, 2, 3]).toWeb()) seen.push(value);
  assert.equal(seen, [1, 2, 3]);
});

test('both branches of tee() get everything', async () => {
  const [a, b] = Stream.from([1, 2]).toWeb().tee();
  const read = async (branch: AsyncIterable<number>): Promise<number[]> => {
    const seen: number[] = [];
    for await (const value of branch) seen.push(value);
    return seen;
  };
  assert.equal(await Promise.all([read(a), read(b)]), [
    [1, 2],
    [1, 2],
  ]);
});

test('a failure errors it, a cancel leaves the source', async () => {
  const reader = new Stream<number>((out) => out.error(new Error('source'))).toWeb().getReader();
  assert.is(await reader.read().catch((error: Error) => error.message), 'source');
  let left = false;
  const web = new Stream<number>((out) => {
    out.next(1);
    return () => {
      left = true;
    };
  }).toWeb();
  const open = web.getReader();
  await open.read();
  await open.cancel();
  assert.ok(left);
});

test('does not subscribe before it is read', async () => {
  let subscribed = false;
  const web = new Stream<number>((out) => {
    subscribed = true;
    out.complete();
  }).toWeb();
  await new Promise((resolve) => setImmediate(resolve));
  assert.not(subscribed);
  for await (const _ of web) break;
  assert.ok(subscribed);
});

test('goes round: a Stream of its own ReadableStream is the same values', async () => {
  assert.equal(await Stream.from<number>(Stream.from([1, 2]).toWeb() as never).collect(), [1, 2]);
});

test.run();
