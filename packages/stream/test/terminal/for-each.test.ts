// covers: src/terminal/collect.ts
import { Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { of, Subject } from 'rxjs';

const test = suite('forEach and collect');
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a function that returns nothing never makes the source wait', async () => {
  let paused = false;
  const stream = new Stream<number>((out, flow) => {
    for (let i = 0; i < 5000; i++) {
      out.next(i);
      paused ||= flow.paused;
    }
    out.complete();
  });
  let sum = 0;
  await stream.forEach((value) => {
    sum += value;
  });
  assert.is(sum, (4999 * 5000) / 2);
  assert.not(paused);
});

test('values that come while a call is pending keep their order, also across the low-water mark', async () => {
  const stream = new Stream<number>((out, flow) => {
    let next = 0;
    const pump = (): void => {
      while (next < 500 && !flow.paused) out.next(next++);
      if (next < 500) flow.onResume(pump);
      else out.complete();
    };
    setImmediate(pump);
  });
  const seen: number[] = [];
  await stream.forEach(async (value, index) => {
    assert.is(index, value);
    if (value % 3 === 0) await turn();
    seen.push(value);
  });
  assert.equal(
    seen,
    Array.from({ length: 500 }, (_, i) => i),
  );
});

test('the end waits for pending calls', async () => {
  let ended = 0;
  await Stream.from([1, 2, 3]).forEach(
    async () => {
      await turn();
      ended++;
    },
    { concurrency: 3 },
  );
  assert.is(ended, 3);
});

test('a failure of the source comes after the calls for what it had emitted', async () => {
  const subject = new Subject<number>();
  const seen: number[] = [];
  const done = Stream.from<number>(subject).forEach(async (value) => {
    await turn();
    seen.push(value);
  });
  subject.next(1);
  subject.next(2);
  subject.error(new Error('source'));
  assert.is(await done.catch((error: Error) => error.message), 'source');
  assert.equal(seen, [1, 2]);
});

test('any thenable counts as a pending call', async () => {
  const log: string[] = [];
  const call = (value: number): PromiseLike<void> => {
    log.push(`call ${value}`);
    const thenable: Record<string, unknown> = {};
    thenable.then = (resolve: () => void): void => {
      log.push(`then ${value}`);
      setImmediate(resolve);
    };
    return thenable as never;
  };
  await Stream.from([1, 2]).forEach(call);
  assert.equal(log, ['call 1', 'then 1', 'call 2', 'then 2']);
});

test('collect gives all values, and the error when there is one', async () => {
  assert.equal(await Stream.from(of(1, 2)).collect(), [1, 2]);
  const failing = new Stream<number>((out) => {
    out.next(1);
    out.error(new Error('half way'));
  });
  assert.is(await failing.collect().catch((error: Error) => error.message), 'half way');
});

test.run();
