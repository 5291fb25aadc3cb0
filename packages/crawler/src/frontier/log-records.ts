/**
 * The records of a frontier's log: values in, bytes out, and back. No files.
 *
 *   url      kind, flags, length of the URL (2 bytes), place it replaces, fingerprint (8), attempt (2), redirects (2), length of the
 *            rest, what the referrer is, 0 (4), depth (8); then priority and time as flags say, the URL, the referrer, the rest as JSON
 *   settled  kind, outcome, 0 (2 bytes), the place of its URL, fingerprint (8), length of the failure; then the failure as JSON
 *   host     kind, 0, length of the name (2 bytes), 0 (4), delay, end of its pause; then the name
 *   ledger, rules  kind, 0 (3 bytes), length; then JSON
 *
 * Numbers are little-endian, of 4 bytes unless said. Every record begins at a multiple of 8: its place in the file is counted in those,
 * so that 4 bytes reach 32 GiB.
 */
import type { Entry, HostRecord } from './entry.ts';
import type { Fingerprint } from './fingerprint-table.ts';
import type { TargetFailure } from './frontier.ts';

/** What places are counted in, in bytes. */
export const UNIT_BYTES = 8;
/** The kinds of records. */
export const KIND: Readonly<Record<'url' | 'settled' | 'host' | 'ledger' | 'rules', number>> = Object.freeze({
  url: 1,
  settled: 2,
  host: 3,
  ledger: 4,
  rules: 5,
});

const URL_HEAD_BYTES = 40;
const SETTLED_HEAD_BYTES = 20;
const HOST_HEAD_BYTES = 24;
const TEXT_HEAD_BYTES = 8;

const HAS_PRIORITY = 1;
const HAS_TIME = 2;
/** The referrer is that of a record so many units before. */
const REFERRER_IS_NEAR = 4;
const MAX_U16 = 0xffff;
const SLASH = 0x2f;
const SMALL_S = 0x73;
/** What a writer begins with, and the most it keeps for the next step. */
const WRITER_BYTES = 256 * 1024;
const MAX_KEPT_BYTES = 4 * 1024 * 1024;

/** What few URLs have, so that it has no field of its own. */
type Rest = Pick<Entry, 'validators' | 'purpose' | 'mayBePrivate' | 'redirectedFrom' | 'data'>;
const PLAIN: Rest = {
  validators: null,
  purpose: 'page',
  mayBePrivate: false,
  redirectedFrom: null,
  data: undefined,
};

/** As much of a URL's record as a replay needs. */
export interface UrlHead {
  readonly depth: number;
  readonly priority: number;
  readonly fingerprint: Fingerprint;
  /** The place of the record it takes the place of; 0 for none. */
  readonly replaces: number;
  readonly notBeforeMs: number;
}

/** The end of a URL, as the log says it. */
export interface SettledRecord {
  readonly outcome: 'done' | 'failed';
  /** The place of its URL. */
  readonly place: number;
  readonly fingerprint: Fingerprint;
  readonly failure: TargetFailure | null;
}

/** Bytes that grow at their end, in records. */
export class RecordWriter {
  #bytes = Buffer.allocUnsafe(WRITER_BYTES);
  /** What was taken last, to be written into again once the next is taken. */
  #taken = Buffer.allocUnsafe(WRITER_BYTES);
  #length: number;
  readonly #reserved: number;
  /** Where the referrer was last written whole, and which. */
  #referrer: { readonly text: string; readonly at: number } | undefined;

  /** @param reserved bytes left free at the beginning, a multiple of 8 */
  constructor(reserved: number) {
    this.#reserved = reserved;
    this.#length = reserved;
  }

  /** Bytes so far, the reserved ones included. */
  get length(): number {
    return this.#length;
  }

  get isEmpty(): boolean {
    return this.#length === this.#reserved;
  }

  /** Takes out what was written, and begins anew. The bytes are valid until the next are taken. */
  take(): Buffer {
    const bytes = this.#bytes;
    const taken = bytes.subarray(0, this.#length);
    this.#bytes = this.#taken.length > MAX_KEPT_BYTES ? Buffer.allocUnsafe(WRITER_BYTES) : this.#taken;
    this.#taken = bytes;
    this.#length = this.#reserved;
    this.#referrer = undefined;
    return taken;
  }

  /** What was written so far; valid until the next write. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Writes a URL; gives where its record begins. */
  url(entry: Entry, fingerprint: Fingerprint, replaces: number): number {
    const { url, referrer, priority, notBeforeMs } = entry;
    const rest = restOf(entry);
    const near = referrer !== null && this.#referrer?.text === referrer ? this.#referrer : undefined;
    const referrerBytes = referrer === null || near !== undefined ? 0 : Buffer.byteLength(referrer);
    const timeBytes = (priority === 0 ? 0 : 8) + (notBeforeMs === 0 ? 0 : 8);
    const urlBytes = Buffer.byteLength(url);
    const restBytes = rest === undefined ? 0 : Buffer.byteLength(rest);
    const at = this.#open(URL_HEAD_BYTES + timeBytes + urlBytes + referrerBytes + restBytes);
    const bytes = this.#bytes;
    const flags =
      (priority === 0 ? 0 : HAS_PRIORITY) |
      (notBeforeMs === 0 ? 0 : HAS_TIME) |
      (near === undefined ? 0 : REFERRER_IS_NEAR);
    bytes[at] = KIND.url;
    bytes[at + 1] = flags;
    bytes.writeUInt16LE(urlBytes, at + 2);
    bytes.writeUInt32LE(replaces, at + 4);
    writeFingerprint(bytes, fingerprint, at + 8);
    bytes.writeUInt16LE(Math.min(entry.attempt, MAX_U16), at + 16);
    bytes.writeUInt16LE(Math.min(entry.redirects, MAX_U16), at + 18);
    bytes.writeUInt32LE(restBytes, at + 20);
    bytes.writeUInt32LE(near === undefined ? referrerBytes : (at - near.at) / UNIT_BYTES, at + 24);
    bytes.writeUInt32LE(0, at + 28);
    bytes.writeDoubleLE(entry.depth, at + 32);
    let next = at + URL_HEAD_BYTES;
    if (priority !== 0) next = bytes.writeDoubleLE(priority, next);
    if (notBeforeMs !== 0) next = bytes.writeDoubleLE(notBeforeMs, next);
    next += bytes.write(url, next);
    if (referrerBytes > 0) next += bytes.write(referrer!, next);
    if (rest !== undefined) bytes.write(rest, next);
    if (referrerBytes > 0) this.#referrer = { text: referrer!, at };
    return at;
  }

  settled({ outcome, place, fingerprint, failure }: SettledRecord): void {
    const text = failure === null ? '' : JSON.stringify(failure);
    const textBytes = Buffer.byteLength(text);
    const at = this.#open(SETTLED_HEAD_BYTES + textBytes);
    const bytes = this.#bytes;
    bytes.writeUInt32LE(KIND.settled | ((outcome === 'done' ? 0 : 1) << 8), at);
    bytes.writeUInt32LE(place, at + 4);
    writeFingerprint(bytes, fingerprint, at + 8);
    bytes.writeUInt32LE(textBytes, at + 16);
    bytes.write(text, at + SETTLED_HEAD_BYTES);
  }

  host(name: string, { delayMs, pausedUntilMs }: HostRecord): void {
    const nameBytes = Buffer.byteLength(name);
    const at = this.#open(HOST_HEAD_BYTES + nameBytes);
    const bytes = this.#bytes;
    bytes.writeUInt32LE(KIND.host | (nameBytes << 16), at);
    bytes.writeUInt32LE(0, at + 4);
    bytes.writeDoubleLE(delayMs, at + 8);
    bytes.writeDoubleLE(pausedUntilMs, at + 16);
    bytes.write(name, at + HOST_HEAD_BYTES);
  }

  text(kind: 'ledger' | 'rules', text: string): void {
    const textBytes = Buffer.byteLength(text);
    const at = this.#open(TEXT_HEAD_BYTES + textBytes);
    this.#bytes.writeUInt32LE(KIND[kind], at);
    this.#bytes.writeUInt32LE(textBytes, at + 4);
    this.#bytes.write(text, at + TEXT_HEAD_BYTES);
  }

  /** Makes room for a record, padded with zeros. */
  #open(length: number): number {
    const at = this.#length;
    const end = at + padded(length);
    if (end > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(end, 2 * this.#bytes.length));
      this.#bytes.copy(larger, 0, 0, at);
      this.#bytes = larger;
    }
    this.#bytes.fill(0, at + length, end);
    this.#length = end;
    return at;
  }
}

/** How long the record at an offset is, padding included. @param bytes at least 40 of it, or all of a shorter one */
export function recordBytes(bytes: Buffer, at: number): number {
  switch (bytes[at]) {
    case KIND.url: {
      const flags = bytes[at + 1]!;
      const times = (flags & HAS_PRIORITY ? 8 : 0) + (flags & HAS_TIME ? 8 : 0);
      const referrer = flags & REFERRER_IS_NEAR ? 0 : bytes.readUInt32LE(at + 24);
      return padded(
        URL_HEAD_BYTES + times + bytes.readUInt16LE(at + 2) + referrer + bytes.readUInt32LE(at + 20),
      );
    }
    case KIND.settled:
      return padded(SETTLED_HEAD_BYTES + bytes.readUInt32LE(at + 16));
    case KIND.host:
      return padded(HOST_HEAD_BYTES + bytes.readUInt16LE(at + 2));
    case KIND.ledger:
    case KIND.rules:
      return padded(TEXT_HEAD_BYTES + bytes.readUInt32LE(at + 4));
    default:
      throw new Error(`a record has the kind ${bytes[at]}, which is none`);
  }
}

/** What a replay needs of a URL. */
export function urlHead(bytes: Buffer, at: number): UrlHead {
  const flags = bytes[at + 1]!;
  const timeAt = at + URL_HEAD_BYTES + (flags & HAS_PRIORITY ? 8 : 0);
  return {
    depth: bytes.readDoubleLE(at + 32),
    fingerprint: fingerprintAt(bytes, at + 8),
    replaces: bytes.readUInt32LE(at + 4),
    priority: flags & HAS_PRIORITY ? bytes.readDoubleLE(at + URL_HEAD_BYTES) : 0,
    notBeforeMs: flags & HAS_TIME ? bytes.readDoubleLE(timeAt) : 0,
  };
}

/** The URL of a record. */
export function urlOf(bytes: Buffer, at: number): string {
  const start = urlAt(bytes, at);
  return bytes.toString('utf8', start, start + bytes.readUInt16LE(at + 2));
}

/** The host in the URL of a record, which is in canonical form: read alone, for a replay has millions of them. */
export function hostOfRecord(bytes: Buffer, at: number): string {
  const start = urlAt(bytes, at);
  const end = start + bytes.readUInt16LE(at + 2);
  const from = start + (bytes[start + 4] === SMALL_S ? 'https://' : 'http://').length;
  const slash = bytes.indexOf(SLASH, from);
  return bytes.toString('latin1', from, slash === -1 || slash > end ? end : slash);
}

/** How many units before a record stands the one that has its referrer; 0 when it has its own, or none. */
export function referrerDistance(bytes: Buffer, at: number): number {
  return bytes[at + 1]! & REFERRER_IS_NEAR ? bytes.readUInt32LE(at + 24) : 0;
}

/** The referrer that stands in a record; null when none does. */
export function referrerOf(bytes: Buffer, at: number): string | null {
  if (bytes[at + 1]! & REFERRER_IS_NEAR) return null;
  const length = bytes.readUInt32LE(at + 24);
  if (length === 0) return null;
  const start = urlAt(bytes, at) + bytes.readUInt16LE(at + 2);
  return bytes.toString('utf8', start, start + length);
}

/** All of a URL. @param referrer as `referrerOf` finds it, here or in the record before */
export function entryAt(bytes: Buffer, at: number, id: number, referrer: string | null): Entry {
  const { depth, priority, notBeforeMs } = urlHead(bytes, at);
  const restBytes = bytes.readUInt32LE(at + 20);
  const ownReferrer = bytes[at + 1]! & REFERRER_IS_NEAR ? 0 : bytes.readUInt32LE(at + 24);
  const restAt = urlAt(bytes, at) + bytes.readUInt16LE(at + 2) + ownReferrer;
  const rest: Rest =
    restBytes === 0
      ? PLAIN
      : { ...PLAIN, ...(JSON.parse(bytes.toString('utf8', restAt, restAt + restBytes)) as Partial<Rest>) };
  return {
    id,
    url: urlOf(bytes, at),
    depth,
    referrer,
    priority,
    redirects: bytes.readUInt16LE(at + 18),
    attempt: bytes.readUInt16LE(at + 16),
    notBeforeMs,
    ...rest,
  };
}

export function settledAt(bytes: Buffer, at: number): SettledRecord {
  const textBytes = bytes.readUInt32LE(at + 16);
  const textAt = at + SETTLED_HEAD_BYTES;
  return {
    outcome: bytes[at + 1] === 0 ? 'done' : 'failed',
    place: bytes.readUInt32LE(at + 4),
    fingerprint: fingerprintAt(bytes, at + 8),
    failure:
      textBytes === 0
        ? null
        : (JSON.parse(bytes.toString('utf8', textAt, textAt + textBytes)) as TargetFailure),
  };
}

export function hostAt(bytes: Buffer, at: number): HostRecord & { readonly name: string } {
  const nameAt = at + HOST_HEAD_BYTES;
  return {
    name: bytes.toString('utf8', nameAt, nameAt + bytes.readUInt16LE(at + 2)),
    delayMs: bytes.readDoubleLE(at + 8),
    pausedUntilMs: bytes.readDoubleLE(at + 16),
  };
}

export function textAt(bytes: Buffer, at: number): string {
  const start = at + TEXT_HEAD_BYTES;
  return bytes.toString('utf8', start, start + bytes.readUInt32LE(at + 4));
}

function urlAt(bytes: Buffer, at: number): number {
  const flags = bytes[at + 1]!;
  return at + URL_HEAD_BYTES + (flags & HAS_PRIORITY ? 8 : 0) + (flags & HAS_TIME ? 8 : 0);
}

function restOf({ validators, purpose, mayBePrivate, redirectedFrom, data }: Rest): string | undefined {
  const isPlain = validators === null && purpose === 'page' && !mayBePrivate && redirectedFrom === null;
  if (isPlain && data === undefined) return undefined;
  return JSON.stringify({
    ...(validators === null ? {} : { validators }),
    ...(purpose === 'page' ? {} : { purpose }),
    ...(mayBePrivate ? { mayBePrivate } : {}),
    ...(redirectedFrom === null ? {} : { redirectedFrom }),
    ...(data === undefined ? {} : { data }),
  });
}

function writeFingerprint(bytes: Buffer, [low, high]: Fingerprint, at: number): void {
  bytes.writeUInt32LE(low, at);
  bytes.writeUInt32LE(high, at + 4);
}

function fingerprintAt(bytes: Buffer, at: number): Fingerprint {
  return [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
}

function padded(length: number): number {
  return (length + UNIT_BYTES - 1) & -UNIT_BYTES;
}
