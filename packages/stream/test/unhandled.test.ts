import { Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { config } from 'rxjs';
import { reportUnhandled } from '../src/unhandled.ts';

const test = suite('errors without a consumer');

async function reported(act: () => void): Promise<unknown[]> {
  const errors: unknown[] = [];
  config.onUnhandledError = (error) => errors.push(error);
  try {
    act();
    // RxJS reports by such a timer: what was started earlier comes first.
    await new Promise((resolve) => setTimeout(resolve));
  } finally {
    config.onUnhandledError = null;
  }
  return errors;
}

test('go where RxJS sends its own', async () => {
  assert.equal(await reported(() => reportUnhandled('lost')), ['lost']);
});

test('subscribe() without an error handler reports the error there', async () => {
  assert.equal(await reported(() => void new Stream((out) => out.error('nobody')).subscribe()), ['nobody']);
});

test('a teardown that fails when a signal aborts is reported there', async () => {
  const controller = new AbortController();
  const errors = await reported(() => {
    const stream = new Stream<number>(() => () => {
      throw new Error('teardown');
    });
    stream.forEach(() => {}, { signal: controller.signal }).catch(() => {});
    controller.abort();
  });
  assert.equal(
    errors.map((error) => (error as Error).message),
    ['teardown'],
  );
});

test.run();
