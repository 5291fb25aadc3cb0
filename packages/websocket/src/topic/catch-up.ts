/**
 * Brings one follower from a place in the past to what is live, at its reader's pace. It reads the history again whenever
 * something was published meanwhile, and turns the follower live at a moment when there is nothing left to read. So
 * nothing is sent twice, nothing is left out, and what the history forgot is told exactly.
 */
import type { JoinResult } from './membership.ts';
import type { TopicHistory, TopicMessage, TopicPosition } from './topic-broker.ts';
import type { TopicTail } from './topic-tail.ts';

/** A follower that may be in the past. */
export interface PastFollower {
  /** Whether it gets messages as they are published. */
  isLive: boolean;
}

/** What catching up works with. */
export interface CatchUpParts {
  readonly since: TopicPosition;
  readonly follower: PastFollower;
  readonly tail: TopicTail;
  history(since: TopicPosition): Promise<TopicHistory>;
  /** Whether the follower is still there. */
  isStill(): boolean;
  /** Sends one message; resolves when the reader has room for the next. */
  send(message: TopicMessage): Promise<void>;
  /** Told where it goes on from: once at the start, and after each gap. */
  goesOnFrom(position: TopicPosition, isGap: boolean): void;
}

/** Looks into the history that bring nothing new, before an engine is taken at its word that there is nothing. */
const MAX_EMPTY_LOOKS = 3;

/** Sends what came after `since` and turns the follower live. @returns where it is then, and whether nothing was missing */
export async function catchUp(parts: CatchUpParts): Promise<JoinResult> {
  const { follower, tail } = parts;
  let position = parts.since;
  let isComplete = true;
  let isFirst = true;
  let emptyLooks = 0;
  for (;;) {
    const history = await parts.history(position);
    const first = history.messages[0];
    const start = startOf(history, position);
    const isGap = !history.isComplete;
    if (isFirst || isGap) parts.goesOnFrom(start, isGap);
    isComplete &&= !isGap;
    isFirst = false;
    position = start;
    for (const message of history.messages) {
      if (!parts.isStill()) return { position, isComplete: false };
      await parts.send(message);
      position = { epoch: message.epoch, offset: message.offset };
    }
    if (!parts.isStill()) return { position, isComplete: false };
    emptyLooks = first === undefined ? emptyLooks + 1 : 0;
    if (hasReached(position, tail.position) || emptyLooks >= MAX_EMPTY_LOOKS) {
      const isThere = hasReached(position, tail.position);
      if (!isThere) parts.goesOnFrom(tail.position!, true);
      follower.isLive = true;
      return { position: isThere ? position : tail.position!, isComplete: isComplete && isThere };
    }
  }
}

/** The place right before the first message that is still remembered. */
function startOf(history: TopicHistory, since: TopicPosition): TopicPosition {
  if (history.isComplete) return since;
  const [first] = history.messages;
  return first === undefined ? history.position : { epoch: first.epoch, offset: first.offset - 1 };
}

/** Whether nothing live is ahead of a place. */
function hasReached(position: TopicPosition, live: TopicPosition | undefined): boolean {
  return live === undefined || (position.epoch === live.epoch && position.offset >= live.offset);
}
