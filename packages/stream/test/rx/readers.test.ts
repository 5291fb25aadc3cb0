/** Windows and groups, held back by who reads them: the bound of a reader's queue, and what leaving sets free. */
import { Stream } from '@oxbow/stream';
import { groupBy, windowCount } from '@oxbow/stream/rx';
import { assert, suite } from '@oxbow/testkit';
import { type Observable, Subject } from 'rxjs';

const test = suite('windows and groups');

/** A source that ignores the pause, one window over all of it, and a reader that has room for one value and hangs. */
async function hangingReader(): Promise<{
  source: Subject<number>;
  reader: AsyncIterableIterator<number>;
}> {
  const source = new Subject<number>();
  const windows: Observable<number>[] = [];
  Stream.from<number>(source)
    .pipe(windowCount(1_000_000))
    .subscribe({ next: (window) => windows.push(window) });
  const reader = Stream.from(windows[0] as Observable<number>).values({ highWaterMark: 1 });
  const first = reader.next();
  source.next(0);
  await first;
  source.next(1);
  return { source, reader };
}

test('up to 1024 values wait at a reader whose source ignores the pause, one more ends that reader with an error', async () => {
  for (const [beyond, expected] of [
    [0, undefined],
    [1, 'ERR_OXBOW_STREAM_OVERFLOW'],
  ] as const) {
    const { source, reader } = await hangingReader();
    for (let i = 0; i < 1024 + beyond; i++) source.next(2 + i);
    source.complete();
    let code: string | undefined;
    let seen = 1;
    try {
      for await (const _ of reader) seen++;
    } catch (error) {
      code = (error as { code: string }).code;
    }
    assert.is(code, expected);
    assert.is(seen, 1 + 1 + 1024);
  }
});

test('a full reader of one group holds the source at its 64, and leaving lets it go on', async () => {
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  let emitted = 0;
  const source = new Stream<number>((out, flow) => {
    const pump = (): void => {
      while (!flow.paused && !out.closed && emitted < 10_000) out.next(emitted++);
      if (flow.paused) flow.onResume(pump);
    };
    setImmediate(pump);
  });
  const keys: number[] = [];
  const hung: AsyncIterableIterator<number>[] = [];
  const subscription = source.pipe(groupBy((x) => x % 2)).subscribe((group) => {
    keys.push(group.key);
    if (group.key === 0) return;
    const reader = Stream.from(group).values({ highWaterMark: 4 });
    hung.push(reader);
    void reader.next();
  });
  await turn();
  assert.equal(keys, [0, 1]);
  // Every second value is the reader's: one in its hand, 4 and 64 in the two queues.
  assert.is(emitted, 2 * (1 + 4 + 64));
  await hung[0]?.return?.();
  await turn();
  assert.is(emitted, 10_000);
  subscription.unsubscribe();
});

test.run();
