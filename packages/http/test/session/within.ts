/** A session over a mock on a virtual clock: the stage of most tests in this folder. */
import { run, sleep, VirtualClock } from '@oxbow/loop';
import { assert } from '@oxbow/testkit';
import { MockTransport, Session, type SessionOptions } from '../../src/index.ts';
import { loadOf } from '../load-of.ts';

/** A test body that gets a fresh session and mock, and must leave nothing in flight. */
export function within(
  routes: (mock: MockTransport) => unknown,
  options: SessionOptions,
  body: (session: Session, mock: MockTransport) => Promise<unknown>,
): () => Promise<void> {
  return () =>
    run(
      async () => {
        const mock = new MockTransport();
        routes(mock);
        const session = new Session({ transport: mock, retry: { random: () => 0.5 }, ...options });
        try {
          await body(session, mock);
          // Small unread bodies end by themselves.
          await sleep(1);
          assert.is(mock.active, 0);
          assert.equal(loadOf(session), { active: 0, queued: 0, open: 0 });
        } finally {
          await session.close();
        }
      },
      { clock: new VirtualClock() },
    );
}
