/**
 * Who is present in one topic, as one process sees it: follows the numbered changes, and where a number is missing compares with the
 * whole. So every change is told, also those that were not heard. Knows no server.
 */
import type { PresenceChange, PresenceMember } from '@oxbow/websocket';

/** Everybody who is present, at one change. */
export interface PresenceView {
  /** Numbers of another series say nothing about each other. */
  readonly series: string;
  readonly number: number;
  readonly members: readonly PresenceMember[];
}

/** A change as it came over the channel. */
export interface NumberedChange extends PresenceChange {
  readonly series: string;
  readonly number: number;
}

/** Who watches one topic. */
export class PresenceWatch {
  readonly watchers: Set<(change: PresenceChange) => void> = new Set();
  #members: Map<string, PresenceMember> | undefined;
  #series = '';
  #number = 0;
  /** The latest change that came, taken in or not. */
  #heard = { series: '', number: 0 };

  /** Takes a change in. @returns false when everybody has to be asked for */
  change({ series, number, kind, member }: NumberedChange): boolean {
    this.#heard = { series, number };
    if (this.#members === undefined) return true;
    if (series !== this.#series) return false;
    if (number <= this.#number) return true;
    if (number > this.#number + 1) return false;
    this.#number = number;
    if (kind === 'join') this.#members.set(member.id, member);
    else this.#members.delete(member.id);
    this.#tell({ kind, member });
    return true;
  }

  /** Whether these are the latest numbers it knows. */
  isAt(series: string, number: number): boolean {
    return this.#members !== undefined && series === this.#series && number === this.#number;
  }

  /**
   * Takes in who is here, and tells what changed since it knew; the first time nothing.
   * @returns false when a later change came meanwhile, and everybody has to be asked for again
   */
  view({ series, number, members }: PresenceView): boolean {
    if (series === this.#heard.series && number < this.#heard.number) return false;
    const before = this.#members;
    this.#members = new Map(members.map((member) => [member.id, member]));
    this.#series = series;
    this.#number = number;
    if (before === undefined) return true;
    for (const member of before.values())
      if (!this.#members.has(member.id)) this.#tell({ kind: 'leave', member });
    for (const member of members) if (!before.has(member.id)) this.#tell({ kind: 'join', member });
    return true;
  }

  #tell(change: PresenceChange): void {
    for (const watcher of this.watchers) watcher(change);
  }
}

/** Reads a change: `series:number:` and + or - before the member as JSON. @returns undefined for what is none */
export function readChange(bytes: Uint8Array): NumberedChange | undefined {
  const match = /^([^:]+):(\d+):([+-])(.*)$/s.exec(Buffer.from(bytes).toString());
  if (match === null) return undefined;
  const [, series = '', number, sign, json = ''] = match;
  const member = JSON.parse(json) as PresenceMember;
  return { series, number: Number(number), kind: sign === '+' ? 'join' : 'leave', member };
}

/** Reads who is here, in the order they came. */
export function readView(reply: unknown): PresenceView {
  const [series, number, values] = reply as [string, string, readonly string[]];
  const members = values.map((value) => {
    const [, order, json = ''] = /^(\d+):[^:]*:(.*)$/s.exec(value) ?? [];
    return { order: Number(order), member: JSON.parse(json) as PresenceMember };
  });
  members.sort((a, b) => a.order - b.order);
  return { series, number: Number(number), members: members.map(({ member }) => member) };
}
