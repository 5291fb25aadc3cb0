/**
 * How many hear a topic, counted by asking those that hand it on. An answer also says that everything before the question was handed on.
 */
import type { EventLoop } from '@oxbow/loop';
import type { TopicAudience, TopicListener } from './topic-broker.ts';

/** How long an answer is waited for, in ms, where nobody says otherwise. */
export const AUDIENCE_TIMEOUT_MS = 5_000;

/** Asks every listener. One that has not answered after `timeoutMs` is counted as silent. Never rejects. */
export async function askListeners(
  listeners: Iterable<TopicListener>,
  timeoutMs: number,
  loop: EventLoop,
): Promise<TopicAudience> {
  const asked = [...listeners];
  let answers = 0;
  let followers = 0;
  if (asked.length === 0) return { servers: 0, followers: 0, silent: 0 };
  await new Promise<void>((resolve) => {
    const timer = timeoutMs === Number.POSITIVE_INFINITY ? undefined : loop.callLater(timeoutMs, resolve);
    for (const listener of asked) {
      void countOf(listener).then((count) => {
        if (count === undefined) return;
        followers += count;
        answers += 1;
        if (answers < asked.length) return;
        timer?.cancel();
        resolve();
      });
    }
  });
  return { servers: answers, followers, silent: asked.length - answers };
}

/** @returns undefined for one that cannot answer any more */
async function countOf(listener: TopicListener): Promise<number | undefined> {
  try {
    return listener.followers === undefined ? 1 : await listener.followers();
  } catch {
    return undefined;
  }
}
