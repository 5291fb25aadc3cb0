/**
 * A file that only grows: frames of records, each whole or not there. It knows frames and places, not what the records say.
 *
 * Theory of operation: what is written gathers in one frame while the one before is on its way to the disk, so that frames grow with the
 * load. A frame has a length and a checksum, and the next one is only begun when it is flushed. So after a crash at most the last frame
 * is broken, and is cut off. A broken frame with a whole one behind it is damage, and the file is refused as it is.
 *
 * Reads go through a few blocks of the file kept in memory: hosts take turns, so that what is claimed next often lies beside what was
 * claimed last.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
// As a namespace: Node 18 lacks crc32, and would say so before the loop can say which Node is needed.
import * as zlib from 'node:zlib';
import { RecordWriter, recordBytes, UNIT_BYTES } from './log-records.ts';

/** Marks the file as one of ours. */
export const LOG_MAGIC = 'OXBOWLOG';
const VERSION = 1;
const HEADER_BYTES = 64;
const FRAME_HEAD_BYTES = 16;
/** "Oxfr" in ASCII. */
const FRAME_MAGIC = 0x7266784f;
/** Bytes of one frame: what one settlement leads to is far less. */
export const MAX_FRAME_BYTES: number = 2 ** 30;
/** Bytes of a log: as far as 4 bytes reach, counted in units. */
export const MAX_LOG_BYTES: number = 2 ** 32 * UNIT_BYTES;
const BLOCK_BYTES = 64 * 1024;
/** Blocks kept in memory: 4 MiB. */
const MAX_BLOCKS = 64;
/** The longest head of a record. */
const RECORD_HEAD_BYTES = 40;
const PIECE_BYTES = 4 * 1024 * 1024;

/** Bounds of a log, for tests. */
export interface LogBounds {
  /** Default `MAX_FRAME_BYTES`. */
  readonly maxFrameBytes?: number;
  /** Default `MAX_LOG_BYTES`. */
  readonly maxLogBytes?: number;
}

/** What the head of a log says. */
export interface LogHeader {
  /** What its fingerprints are made with: 16 bytes as Latin-1 text. */
  readonly key: string;
  readonly incarnation: string;
}

/** A whole frame. */
export interface Frame {
  readonly bytes: Buffer;
  /** Where the first record begins in `bytes`, and where the last one ends. */
  readonly from: number;
  readonly to: number;
  /** Where `bytes` begins in the file. */
  readonly offset: number;
}

/** Bytes in which a record begins at `at`. */
interface RecordBytes {
  readonly bytes: Buffer;
  readonly at: number;
}

/** A log, open for reading and for growing. */
export class LogFile {
  readonly header: LogHeader;
  readonly #file: FileHandle;
  readonly #bounds: Required<LogBounds>;
  readonly #blocks = new Map<number, Buffer<ArrayBuffer>>();
  readonly #freeBlocks: ArrayBuffer[] = [];
  #writer = new RecordWriter(FRAME_HEAD_BYTES);
  /** Where the frame that gathers will begin. */
  #end: number;
  #inFlight: { readonly offset: number; readonly bytes: Buffer } | undefined;
  #flushing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  private constructor(file: FileHandle, header: LogHeader, end: number, bounds: LogBounds) {
    this.#file = file;
    this.header = header;
    this.#end = end;
    this.#bounds = { maxFrameBytes: MAX_FRAME_BYTES, maxLogBytes: MAX_LOG_BYTES, ...bounds };
  }

  /**
   * Opens a log, or makes one. Nothing is changed before `frames` has been read to its end.
   * @throws Error when it is not there and may not be made, is something else, or of another version
   */
  static async open(path: string, create: boolean, bounds: LogBounds = {}): Promise<LogFile> {
    const file = await openOrMake(path, create);
    try {
      const head = Buffer.alloc(HEADER_BYTES);
      const { bytesRead } = await file.read(head, 0, HEADER_BYTES, 0);
      if (isUnfinished(head, bytesRead)) return await LogFile.#begin(file, path, bounds);
      return new LogFile(file, headerOf(head.subarray(0, bytesRead), path), HEADER_BYTES, bounds);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  static async #begin(file: FileHandle, path: string, bounds: LogBounds): Promise<LogFile> {
    const header = { key: randomBytes(16).toString('latin1'), incarnation: randomUUID() };
    await file.write(headBytes(header), 0, HEADER_BYTES, 0);
    await file.datasync();
    // So that the name survives a power failure too; where folders cannot be opened, it is left to the system.
    const folder = await open(dirname(path), 'r').catch(() => undefined);
    await folder?.sync().catch(() => {});
    await folder?.close();
    return new LogFile(file, header, HEADER_BYTES, bounds);
  }

  /** Bytes of the file as it is on the disk. */
  async size(): Promise<number> {
    return (await this.#file.stat()).size;
  }

  /** Where records are written; they are in the file with the next `commit`. */
  get writer(): RecordWriter {
    return this.#writer;
  }

  /** The place of what begins at an offset of the writer. */
  placeOf(at: number): number {
    return (this.#end + at) / UNIT_BYTES;
  }

  /**
   * Every frame, in order; to be read to its end before anything is written. A broken last one is cut off. The bytes are valid until the
   * next is asked for.
   * @throws Error for a frame that is damaged
   */
  async *frames(): AsyncGenerator<Frame> {
    const { size } = await this.#file.stat();
    let buffer = Buffer.allocUnsafe(Math.min(PIECE_BYTES, Math.max(FRAME_HEAD_BYTES, size)));
    let offset = HEADER_BYTES;
    let filled = 0;
    let at = 0;
    while (offset + at + FRAME_HEAD_BYTES <= size) {
      const wanted = filled - at < FRAME_HEAD_BYTES ? FRAME_HEAD_BYTES : frameBytes(buffer, at);
      if (wanted === undefined || offset + at + wanted > size) break;
      if (filled - at < wanted) {
        // The rest moves to the front, into a larger buffer where the frame asks for one.
        const larger = wanted > buffer.length ? Buffer.allocUnsafe(wanted) : buffer;
        buffer.copy(larger, 0, at, filled);
        buffer = larger;
        offset += at;
        filled -= at;
        at = 0;
        filled += await this.#fill(buffer.subarray(filled), offset + filled);
        if (filled < wanted) break;
        continue;
      }
      if (!isWhole(buffer, at, wanted)) break;
      yield { bytes: buffer, from: at + FRAME_HEAD_BYTES, to: at + wanted, offset };
      at += wanted;
    }
    await this.#cutTail(offset + at, size);
  }

  /** Resolves when everything written so far is on the disk. Frames that wait go together. */
  commit(): Promise<void> {
    if (this.#writer.isEmpty) return this.#next ?? this.#flushing ?? Promise.resolve();
    this.#next ??= this.#flushAfter(this.#flushing);
    return this.#next;
  }

  /** The record at a place, all of it and nothing else. */
  async record(place: number): Promise<Buffer> {
    const offset = place * UNIT_BYTES;
    let found = this.#unwritten(offset) ?? (await this.#read(offset, RECORD_HEAD_BYTES));
    const length = recordBytes(found.bytes, found.at);
    if (found.at + length > found.bytes.length) found = await this.#read(offset, length);
    // A copy: blocks and frames are used again.
    return Buffer.from(found.bytes.subarray(found.at, found.at + length));
  }

  /** Writes what is left and lets go of the file. */
  async close(): Promise<void> {
    try {
      await this.commit();
    } finally {
      this.#blocks.clear();
      await this.#file.close();
    }
  }

  async #flushAfter(before: Promise<void> | undefined): Promise<void> {
    // One turn later, so that what arrives together is written together; a frame whose write failed has failed all after it.
    await before;
    const bytes = this.#writer.take();
    const offset = this.#end;
    this.#end += bytes.length;
    this.#inFlight = { offset, bytes };
    this.#flushing = this.#next;
    this.#next = undefined;
    const { maxFrameBytes, maxLogBytes } = this.#bounds;
    if (bytes.length > maxFrameBytes)
      throw new Error(`a step has ${bytes.length} bytes, the most is ${maxFrameBytes}`);
    if (this.#end > maxLogBytes)
      throw new Error(`it would have ${this.#end} bytes, the most is ${maxLogBytes}`);
    sealFrame(bytes);
    for (let written = 0; written < bytes.length; ) {
      const left = bytes.length - written;
      written += (await this.#file.write(bytes, written, left, offset + written)).bytesWritten;
    }
    await this.#file.datasync();
    this.#inFlight = undefined;
    this.#flushing = undefined;
  }

  #unwritten(offset: number): RecordBytes | undefined {
    if (offset >= this.#end) return { bytes: this.#writer.written, at: offset - this.#end };
    const inFlight = this.#inFlight;
    return inFlight !== undefined && offset >= inFlight.offset
      ? { bytes: inFlight.bytes, at: offset - inFlight.offset }
      : undefined;
  }

  /** So many bytes at an offset, or as many as there are. */
  async #read(offset: number, length: number): Promise<RecordBytes> {
    const number = Math.floor(offset / BLOCK_BYTES);
    const at = offset % BLOCK_BYTES;
    if (at + length > BLOCK_BYTES) {
      const bytes = Buffer.alloc(length);
      return { bytes: bytes.subarray(0, await this.#fill(bytes, offset)), at: 0 };
    }
    const kept = this.#blocks.get(number);
    this.#blocks.delete(number);
    const isEnough = kept !== undefined && (at + length <= kept.length || kept.length === BLOCK_BYTES);
    const block = isEnough ? kept : await this.#block(number);
    this.#blocks.set(number, block);
    if (this.#blocks.size > MAX_BLOCKS) {
      const [oldest, { buffer }] = this.#blocks.entries().next().value!;
      this.#blocks.delete(oldest);
      this.#freeBlocks.push(buffer);
    }
    return { bytes: block, at };
  }

  async #block(number: number): Promise<Buffer<ArrayBuffer>> {
    const bytes = Buffer.from(this.#freeBlocks.pop() ?? new ArrayBuffer(BLOCK_BYTES));
    return bytes.subarray(0, await this.#fill(bytes, number * BLOCK_BYTES));
  }

  /** Fills a buffer from an offset; gives how many bytes there were. */
  async #fill(into: Buffer, offset: number): Promise<number> {
    let filled = 0;
    while (filled < into.length) {
      const { bytesRead } = await this.#file.read(into, filled, into.length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return filled;
  }

  /** What is behind the last whole frame was not confirmed to anybody; unless a whole one follows, which is damage. */
  async #cutTail(end: number, size: number): Promise<void> {
    if (end < size && (await this.#hasFrameAfter(end, size)))
      throw new Error(`it is damaged at byte ${end}, with whole steps behind that`);
    if (end < size) await this.#file.truncate(end);
    this.#end = end;
  }

  async #hasFrameAfter(end: number, size: number): Promise<boolean> {
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, size - end));
    for (let offset = end + UNIT_BYTES; offset + FRAME_HEAD_BYTES <= size; ) {
      const filled = await this.#fill(piece, offset);
      for (let at = 0; at + FRAME_HEAD_BYTES <= filled; at += UNIT_BYTES) {
        const length = frameBytes(piece, at);
        if (length === undefined || offset + at + length > size) continue;
        const frame = Buffer.allocUnsafe(length);
        await this.#fill(frame, offset + at);
        if (isWhole(frame, 0, length)) return true;
      }
      if (filled < FRAME_HEAD_BYTES + UNIT_BYTES) return false;
      offset += filled - FRAME_HEAD_BYTES + UNIT_BYTES - (filled % UNIT_BYTES);
    }
    return false;
  }
}

async function openOrMake(path: string, create: boolean): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!isMissing) throw error;
    if (!create) throw new Error('there is no such file');
    return open(path, 'wx+');
  }
}

/** Nothing is in it: it is empty, or was left while its head was written. */
function isUnfinished(head: Buffer, length: number): boolean {
  const start = head.toString('latin1', 0, Math.min(length, LOG_MAGIC.length));
  return length < HEADER_BYTES && LOG_MAGIC.startsWith(start);
}

function headBytes({ key, incarnation }: LogHeader): Buffer {
  const head = Buffer.alloc(HEADER_BYTES);
  head.write(LOG_MAGIC, 0, 'latin1');
  head.writeUInt32LE(VERSION, 8);
  head.write(key, 16, 'latin1');
  head.write(incarnation.replaceAll('-', ''), 32, 'hex');
  head.writeUInt32LE(zlib.crc32(head.subarray(0, 48)), 48);
  return head;
}

function headerOf(head: Buffer, path: string): LogHeader {
  if (head.toString('latin1', 0, LOG_MAGIC.length) !== LOG_MAGIC)
    throw new Error(`${path} is a file of something else`);
  const version = head.readUInt32LE(8);
  if (version !== VERSION)
    throw new Error(`${path} has version ${version} of the frontier's log, this package knows ${VERSION}`);
  if (head.readUInt32LE(48) !== zlib.crc32(head.subarray(0, 48))) throw new Error('its head is damaged');
  const hex = head.toString('hex', 32, 48);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return { key: head.toString('latin1', 16, 32), incarnation: parts.join('-') };
}

/** Writes the head of a frame over its reserved bytes. */
function sealFrame(bytes: Buffer): void {
  bytes.writeUInt32LE(FRAME_MAGIC, 0);
  bytes.writeUInt32LE(bytes.length, 4);
  bytes.writeUInt32LE(zlib.crc32(bytes.subarray(FRAME_HEAD_BYTES)), 8);
  bytes.writeUInt32LE(0, 12);
}

/** How long the frame at an offset says it is; undefined when none begins there. */
function frameBytes(bytes: Buffer, at: number): number | undefined {
  if (bytes.readUInt32LE(at) !== FRAME_MAGIC) return undefined;
  const length = bytes.readUInt32LE(at + 4);
  return length > FRAME_HEAD_BYTES && length % UNIT_BYTES === 0 && length <= MAX_FRAME_BYTES
    ? length
    : undefined;
}

function isWhole(bytes: Buffer, at: number, length: number): boolean {
  return bytes.readUInt32LE(at + 8) === zlib.crc32(bytes.subarray(at + FRAME_HEAD_BYTES, at + length));
}
