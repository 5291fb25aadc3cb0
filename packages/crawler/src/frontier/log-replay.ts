/**
 * Brings a log's records back into memory, once, when it is opened. It reads; what is not in the queues afterwards had ended, or was
 * replaced by a later record.
 */
import type { Entry, HostRecord } from './entry.ts';
import { MAX_KEPT_FAILURES } from './failed-targets.ts';
import type { FingerprintTable } from './fingerprint-table.ts';
import type { TargetFailure } from './frontier.ts';
import { type FrontierCore, KNOWN_STATES } from './frontier-core.ts';
import type { Frame, LogFile } from './log-file.ts';
import {
  entryAt,
  hostAt,
  hostOfRecord,
  KIND,
  recordBytes,
  referrerDistance,
  referrerOf,
  settledAt,
  textAt,
  UNIT_BYTES,
  urlHead,
} from './log-records.ts';
import type { LedgerRecord } from './output-ledger.ts';
import type { RefQueue } from './ref-queue.ts';

const QUEUED = KNOWN_STATES.indexOf('queued');
const FAILED = KNOWN_STATES.indexOf('failed');

interface ReplayedHost {
  readonly queue: RefQueue;
  known: number;
}

/** Reads every frame of a log, and what they come to. */
export class LogReplay {
  /** What the log says of its crawl; undefined in a new one. */
  rules: unknown;
  readonly #log: LogFile;
  readonly #known: FingerprintTable;
  readonly #queueOf: () => RefQueue;
  readonly #nowMs: number;
  readonly #hosts = new Map<string, ReplayedHost>();
  readonly #hostRecords: Record<string, HostRecord> = {};
  /** Those that wait for a time of their own. */
  readonly #delayed = new Map<number, Entry>();
  readonly #failures = new Map<number, TargetFailure>();
  readonly #over: Uint8Array;
  #ledger: LedgerRecord | undefined;
  #done = 0;
  #failed = 0;

  constructor(log: LogFile, known: FingerprintTable, queueOf: () => RefQueue, nowMs: number, bytes: number) {
    this.#log = log;
    this.#known = known;
    this.#queueOf = queueOf;
    this.#nowMs = nowMs;
    // One bit for each place where a record may begin.
    this.#over = new Uint8Array(Math.ceil(bytes / UNIT_BYTES / 8) + 1);
  }

  /** Reads all frames. @throws Error for a log that is damaged */
  async read(): Promise<void> {
    for await (const frame of this.#log.frames()) this.#takeIn(frame);
  }

  /** Puts all of it into a core, whose queues are those that were filled here. */
  async restoreInto(core: FrontierCore): Promise<void> {
    for (const [name, { queue, known }] of this.#hosts) {
      const depths = queue.keepHeld((place) => !this.#isOver(place));
      core.restoreHost({ name, known, depths, queue });
    }
    for (const entry of this.#delayed.values()) core.restoreDelayed(entry);
    const failures: { entry: Entry; failure: TargetFailure }[] = [];
    for (const [place, failure] of this.#failures)
      failures.push({ entry: await readEntry(this.#log, place), failure });
    core.restoreEnded({ done: this.#done, failed: this.#failed, failures });
    core.restoreState(this.#hostRecords, this.#ledger);
  }

  #takeIn({ bytes, from, to, offset }: Frame): void {
    for (let at = from; at < to; at += recordBytes(bytes, at)) {
      switch (bytes[at]) {
        case KIND.url:
          this.#url(bytes, at, (offset + at) / UNIT_BYTES);
          break;
        case KIND.settled:
          this.#settled(bytes, at);
          break;
        case KIND.host: {
          const { name, ...record } = hostAt(bytes, at);
          this.#hostRecords[name] = record;
          break;
        }
        case KIND.ledger:
          this.#ledger = JSON.parse(textAt(bytes, at)) as LedgerRecord;
          break;
        case KIND.rules:
          this.rules = JSON.parse(textAt(bytes, at));
          break;
      }
    }
  }

  #url(bytes: Buffer, at: number, place: number): void {
    const { depth, priority, fingerprint, replaces, notBeforeMs } = urlHead(bytes, at);
    const host = this.#host(hostOfRecord(bytes, at));
    if (replaces === 0) host.known++;
    else {
      this.#end(replaces);
      if (this.#known.getAt(fingerprint) === FAILED) this.#failed--;
    }
    this.#known.setAt(fingerprint, QUEUED);
    if (notBeforeMs > this.#nowMs) {
      const before = at - referrerDistance(bytes, at) * UNIT_BYTES;
      this.#delayed.set(place, entryAt(bytes, at, place, referrerOf(bytes, before)));
    } else host.queue.hold({ id: place, priority, depth });
  }

  #settled(bytes: Buffer, at: number): void {
    const { place, outcome, fingerprint, failure } = settledAt(bytes, at);
    this.#end(place);
    this.#known.setAt(fingerprint, KNOWN_STATES.indexOf(outcome));
    if (outcome === 'done') this.#done++;
    else {
      this.#failed++;
      this.#failures.set(place, failure ?? { reason: '', message: '' });
      if (this.#failures.size > MAX_KEPT_FAILURES) this.#failures.delete(this.#failures.keys().next().value!);
    }
  }

  /** What stands at a place waits no more. */
  #end(place: number): void {
    this.#delayed.delete(place);
    this.#failures.delete(place);
    this.#over[place >>> 3]! |= 1 << (place & 7);
  }

  #isOver(place: number): boolean {
    return (this.#over[place >>> 3]! & (1 << (place & 7))) !== 0;
  }

  #host(name: string): ReplayedHost {
    let host = this.#hosts.get(name);
    if (host === undefined) {
      host = { queue: this.#queueOf(), known: 0 };
      this.#hosts.set(name, host);
    }
    return host;
  }
}

/** All of the URL at a place. */
export async function readEntry(log: LogFile, place: number): Promise<Entry> {
  const record = await log.record(place);
  const distance = referrerDistance(record, 0);
  const near = distance === 0 ? record : await log.record(place - distance);
  return entryAt(record, 0, place, referrerOf(near, 0));
}
