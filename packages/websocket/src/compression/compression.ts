/**
 * Compression of one connection's messages, as permessage-deflate agreed on it (RFC 7692 §7.2). A side that forgets its
 * context after every message needs none of its own. All such connections with the same parameters share one, and a
 * message for many of them is compressed once. Only context takeover costs memory for each connection.
 */
import type { SharedDeflater } from '../connection/shared-frame.ts';
import type { FrameWriter } from '../protocol/frame-writer.ts';
import type { Opcode } from '../protocol/opcode.ts';
import {
  COMPRESSED,
  type DeflateAgreement,
  type Deflater,
  type InflateOutcome,
  type Inflater,
} from '../protocol/permessage-deflate.ts';
import type { DeflateSettings } from './deflate-options.ts';
import { publicZlib } from './public-zlib.ts';
import { compressing, decompressing, selfTest } from './raw-zlib.ts';
import type { ZlibContext, ZlibEngine } from './zlib-context.ts';

/** §7.2.1, §7.2.2: what every message ends with, and what is therefore not sent. */
const TAIL = Uint8Array.of(0, 0, 255, 255);

/** zlib compresses raw DEFLATE with windows from 9 bits on. */
const LEAST_ZLIB_BITS = 9;

/** What one connection compresses and decompresses with. */
export interface Compression {
  readonly inflater: Inflater;
  /** undefined: nothing we send is compressed, which is always allowed (§6.1). */
  readonly deflater: Deflater | undefined;
  /** For messages that many connections share; undefined when this one needs its own. */
  readonly shared: SharedDeflater | undefined;
  close(): void;
}

let engine: ZlibEngine | undefined;

/** The quick contexts where they work, else the public ones. */
export function zlibEngine(): ZlibEngine {
  engine ??= selfTest() ? { compressing, decompressing } : publicZlib;
  return engine;
}

/** Makes what a connection needs. */
export function openCompression(
  agreement: DeflateAgreement,
  settings: DeflateSettings,
  makes: ZlibEngine = zlibEngine(),
): Compression {
  const { peerWindowBits, peerContextTakeover, windowBits, contextTakeover } = agreement;
  const inflateBits = Math.max(peerWindowBits, LEAST_ZLIB_BITS);
  const inflating = peerContextTakeover
    ? makes.decompressing(inflateBits)
    : sharedContext(makes, `inflate ${inflateBits}`, () => makes.decompressing(inflateBits));
  const inflater = new ContextInflater(inflating, peerContextTakeover);
  const closeInflater = (): void => {
    if (peerContextTakeover) inflating.close();
  };
  // A window of 8 bits cannot be kept to: then what we send stays as it is.
  if (windowBits < LEAST_ZLIB_BITS) {
    return { inflater, deflater: undefined, shared: undefined, close: closeInflater };
  }
  const { level, memLevel, thresholdBytes } = settings;
  if (!contextTakeover) {
    const key = `deflate ${windowBits} ${level} ${memLevel}`;
    const context = sharedContext(makes, key, () => makes.compressing(windowBits, level, memLevel));
    const deflater = sharedDeflater(context, thresholdBytes);
    return { inflater, deflater, shared: deflater, close: closeInflater };
  }
  const own = makes.compressing(windowBits, level, memLevel);
  const deflater = new ContextDeflater(own, thresholdBytes, true);
  const close = (): void => {
    closeInflater();
    own.close();
  };
  return { inflater, deflater, shared: undefined, close };
}

/** What a connection compresses with, if that was agreed on. */
export function compressionOf(
  agreement: DeflateAgreement | undefined,
  settings: DeflateSettings | undefined,
): Compression | undefined {
  return agreement && settings && openCompression(agreement, settings);
}

/** Contexts without memory between messages: one for each set of parameters in the process. */
const contexts = new WeakMap<ZlibEngine, Map<string, ZlibContext>>();

function sharedContext(makes: ZlibEngine, key: string, make: () => ZlibContext): ZlibContext {
  let ofEngine = contexts.get(makes);
  if (ofEngine === undefined) {
    ofEngine = new Map();
    contexts.set(makes, ofEngine);
  }
  const context = ofEngine.get(key) ?? make();
  ofEngine.set(key, context);
  return context;
}

/** One for each context and threshold, so that a message for many knows which of them share its compressed form. */
const sharedDeflaters = new WeakMap<ZlibContext, Map<number, ContextDeflater>>();

function sharedDeflater(context: ZlibContext, thresholdBytes: number): ContextDeflater {
  const ofContext = sharedDeflaters.get(context) ?? new Map<number, ContextDeflater>();
  sharedDeflaters.set(context, ofContext);
  const deflater = ofContext.get(thresholdBytes) ?? new ContextDeflater(context, thresholdBytes, false);
  ofContext.set(thresholdBytes, deflater);
  return deflater;
}

class ContextInflater implements Inflater {
  readonly #context: ZlibContext;
  readonly #keeps: boolean;

  constructor(context: ZlibContext, keeps: boolean) {
    this.#context = context;
    this.#keeps = keeps;
  }

  inflate(bytes: Uint8Array, start: number, end: number, maxBytes: number): InflateOutcome {
    if (!this.#keeps) this.#context.reset();
    return this.#context.run([bytes.subarray(start, end), TAIL], maxBytes);
  }
}

class ContextDeflater implements Deflater, SharedDeflater {
  readonly #context: ZlibContext;
  readonly #thresholdBytes: number;
  readonly #keeps: boolean;

  constructor(context: ZlibContext, thresholdBytes: number, keeps: boolean) {
    this.#context = context;
    this.#thresholdBytes = thresholdBytes;
    this.#keeps = keeps;
  }

  wants(payloadBytes: number): boolean {
    return payloadBytes >= this.#thresholdBytes;
  }

  boundBytes(payloadBytes: number): number {
    // zlib's deflateBound: five bytes for each stored block, and a few at the ends.
    return payloadBytes + (payloadBytes >>> 9) + 32;
  }

  deflate(payload: Uint8Array): Uint8Array | undefined {
    if (!this.#keeps) this.#context.reset();
    const made = this.#context.run([payload], Number.POSITIVE_INFINITY);
    if (typeof made === 'string') throw new Error(`zlib could not compress ${payload.length} bytes`);
    const compressed = made.subarray(0, made.length - TAIL.length);
    // What stands in the context of both sides must be sent; without one, the smaller form is.
    return this.#keeps || compressed.length < payload.length ? compressed : undefined;
  }

  frame(writer: FrameWriter, opcode: Opcode, payload: Uint8Array): Uint8Array | undefined {
    const compressed = this.deflate(payload);
    return compressed && writer.frame(opcode | COMPRESSED, compressed);
  }
}
