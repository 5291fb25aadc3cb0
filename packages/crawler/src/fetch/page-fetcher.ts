/**
 * One GET: a URL in, an answer out, or the reason why there is none. The only file that knows the HTTP session. Redirects and
 * retries are switched off: both go through the frontier. It does not know HTML.
 */
import {
  BlockedAddressError,
  ConnectError,
  ConnectTimeoutError,
  ExpansionError,
  PhaseTimeoutError,
  type Response,
  Session,
  UndiciTransport,
} from '@oxbow/http';
import { CancelledError, currentLoop } from '@oxbow/loop';
import type { Validators } from '../frontier/frontier.ts';
import type { ResolvedOptions } from '../options/crawl-options.ts';
import type { FailureReason } from '../report/observer.ts';
import { NotRecordedError } from '../warc/replay.ts';
import { limitedLookup } from './limited-lookup.ts';
import type { PrivateAddressGuard } from './private-address-guard.ts';

/** A complete answer. */
export interface Answer {
  readonly isAnswer: true;
  readonly status: number;
  /** Names in lower case, repeated ones joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly isTruncated: boolean;
  readonly elapsedMs: number;
  /** A browser has run its scripts: it is read as a browser would read it again. Default false. */
  readonly isRendered?: boolean;
}

/** Why there was no answer. */
export interface NoAnswer {
  readonly isAnswer: false;
  readonly reason: FailureReason;
  readonly message: string;
  /** False where another try cannot help. */
  readonly isTransient: boolean;
  /** No connection came about: it says nothing about the URL, only about its host. */
  readonly isUnreached: boolean;
}

/** What is asked for. */
export interface FetchRequest {
  readonly url: string;
  /** A seed, or found on a host on a private address: the address guard lets it be on one. */
  readonly mayBePrivate: boolean;
  /** Beside those of the crawl, which they replace. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly maxBodyBytes: number;
  /** Of the version that is known: the server may answer 304 then. */
  readonly validators?: Validators | null;
}

/** Fetches one URL; rejects only with CancelledError. */
export type Fetch = (request: FetchRequest) => Promise<Answer | NoAnswer>;

/** Requests at a time that a crawl's own session lets pass; the crawl asks for fewer. */
const MAX_CONCURRENCY = 1024;
const ACCEPT = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const EMPTY = new Uint8Array(0);

/** The session a crawl makes when it is given none: one connection for each request in flight. @param cookies whether it keeps them */
export function createSession(cookies: boolean): Session {
  return new Session({
    cookies,
    retry: false,
    redirect: 'manual',
    // The resolver and the disk share four threads: dead names may not hold the files up.
    transport: new UndiciTransport({ lookup: limitedLookup() }),
    // The crawl keeps its own count of requests, which may grow while it runs.
    limits: { perOrigin: MAX_CONCURRENCY, total: MAX_CONCURRENCY },
  });
}

/** Makes the fetch function of a crawl. */
export function createFetch(session: Session, guard: PrivateAddressGuard, options: ResolvedOptions): Fetch {
  const { limits, userAgent, keepPartialBodies } = options;
  const common = { 'user-agent': userAgent, accept: ACCEPT };
  const timeouts = {
    connectMs: limits.headersTimeoutMs,
    headersMs: limits.headersTimeoutMs,
    bodyMs: limits.bodyIdleTimeoutMs,
    totalMs: limits.totalTimeoutMs,
  };
  return async ({ url, mayBePrivate, headers, maxBodyBytes, validators }) => {
    const loop = currentLoop();
    const startedAtMs = loop.time();
    try {
      const response = await session.get(url, {
        headers: { ...common, ...(validators ? conditionalHeaders(validators) : {}), ...headers },
        timeouts,
        // The cut is made here: the session's own limit would throw away what came before it.
        maxBodyBytes: Number.POSITIVE_INFINITY,
        redirect: 'manual',
        retry: false,
        guard: guard.guardFor(url, mayBePrivate),
      });
      const { body, isTruncated } = await readBody(response, maxBodyBytes, keepPartialBodies);
      return {
        isAnswer: true,
        status: response.status,
        headers: headerRecord(response),
        body,
        isTruncated,
        elapsedMs: loop.time() - startedAtMs,
      };
    } catch (error) {
      return noAnswer(error);
    }
  };
}

/** RFC 9110 §13.1: both are sent, and a server that knows the first ignores the second. */
function conditionalHeaders({ etag, lastModified }: Validators): Record<string, string> {
  return {
    ...(etag === null ? {} : { 'if-none-match': etag }),
    ...(lastModified === null ? {} : { 'if-modified-since': lastModified }),
  };
}

/** The body up to the limit. What comes behind it, or is a decompression bomb, is not read: the beginning counts. */
async function readBody(
  response: Response,
  maxBodyBytes: number,
  keepsPartial: boolean,
): Promise<{ body: Uint8Array; isTruncated: boolean }> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxBodyBytes) return { body: joined(chunks).subarray(0, maxBodyBytes), isTruncated: true };
    }
  } catch (error) {
    const isCut = keepsPartial && !(error instanceof CancelledError);
    if (error instanceof ExpansionError || isCut) return { body: joined(chunks), isTruncated: true };
    throw error;
  }
  return { body: joined(chunks), isTruncated: false };
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 0) return EMPTY;
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

function headerRecord(response: Response): Record<string, string> {
  const record: Record<string, string> = Object.create(null);
  for (const [name, value] of response.headers) record[name] = value;
  return record;
}

function noAnswer(error: unknown): NoAnswer {
  if (error instanceof CancelledError) throw error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof BlockedAddressError)
    return { isAnswer: false, reason: 'blocked', message, isTransient: false, isUnreached: true };
  const reason = error instanceof PhaseTimeoutError ? 'timeout' : 'network';
  if (error instanceof NotRecordedError || (error as { cause?: unknown }).cause instanceof NotRecordedError)
    return { isAnswer: false, reason: 'network', message, isTransient: false, isUnreached: true };
  const isUnreached = error instanceof ConnectError || error instanceof ConnectTimeoutError;
  return { isAnswer: false, reason, message, isTransient: true, isUnreached };
}
