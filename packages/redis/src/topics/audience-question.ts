/**
 * How many hear a topic, asked over its own channel: a question comes behind the messages that were published before it. Answers go to a
 * channel of the asker.
 */
import type { TopicPosition } from '@oxbow/websocket';

/** A question to all brokers that follow a topic. */
export interface AudienceQuestion {
  /** Where the answer goes. */
  readonly replyTo: string;
  readonly number: number;
  /** Answered once everything up to here was handed on; undefined for at once. */
  readonly at: TopicPosition | undefined;
}

/** A broker's answer. */
export interface AudienceAnswer {
  readonly number: number;
  readonly broker: string;
  readonly followers: number;
}

/** Begins a question; no epoch does. */
const MARK = '?';

/** Writes a question. */
export function writeQuestion({ replyTo, number, at }: AudienceQuestion): string {
  return `${MARK}${JSON.stringify({ replyTo, number, epoch: at?.epoch, offset: at?.offset })}`;
}

/** Reads a question. @returns undefined for what is none */
export function readQuestion(bytes: Uint8Array): AudienceQuestion | undefined {
  if (bytes[0] !== MARK.charCodeAt(0)) return undefined;
  try {
    const { replyTo, number, epoch, offset } = JSON.parse(Buffer.from(bytes).toString('utf8', 1)) as Record<
      string,
      unknown
    >;
    if (typeof replyTo !== 'string' || typeof number !== 'number') return undefined;
    const isPlaced = typeof epoch === 'string' && typeof offset === 'number';
    return { replyTo, number, at: isPlaced ? { epoch, offset } : undefined };
  } catch {
    return undefined;
  }
}

/** Writes an answer. */
export function writeAnswer({ number, broker, followers }: AudienceAnswer): string {
  return `${number} ${broker} ${followers}`;
}

/** Reads an answer. @returns undefined for what is none */
export function readAnswer(bytes: Uint8Array): AudienceAnswer | undefined {
  const match = /^(\d+) (\S+) (\d+)$/.exec(Buffer.from(bytes).toString());
  if (match === null) return undefined;
  return { number: Number(match[1]), broker: match[2]!, followers: Number(match[3]) };
}
