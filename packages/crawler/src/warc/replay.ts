/**
 * A crawl again from its archive, without a network: a session that answers with what was recorded. It keeps where each response lies
 * and reads it when it is asked for.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { type MockReply, type MockRequest, MockTransport, Session } from '@oxbow/http';
import { SinkError } from '../errors.ts';
import { warcFields } from './warc-record.ts';

/** Bytes a record's head may have. */
const MAX_HEAD_BYTES = 64 * 1024;
const HEAD_END = '\r\n\r\n';

/** Raised for a request that the archive has no answer to: its URL fails, and nothing is tried again. */
export class NotRecordedError extends Error {
  override readonly name = 'NotRecordedError';

  constructor(url: string) {
    super(`${url} is not in the archive`);
  }
}

interface Place {
  readonly offset: number;
  readonly length: number;
}

/** A session over an archive; closing it closes the file. */
export class ReplaySession extends Session {
  readonly #file: FileHandle;

  /** @param file the archive, to be closed with the session */
  constructor(transport: MockTransport, file: FileHandle) {
    super({ transport, cookies: false, retry: false, redirect: 'manual' });
    this.#file = file;
  }

  override async close(): Promise<void> {
    try {
      await super.close();
    } finally {
      await this.#file.close();
    }
  }
}

/**
 * Opens an archive that `warc(path)` wrote, as a session for `new Crawler({ session, robots: false, politeness: { delayMs: 0 } })`. The
 * crawl runs again, with the same rows but for `fetchedAt`. robots.txt is not in the archive; what it forbade was not recorded either, and
 * fails.
 * @throws SinkError when the file cannot be read, or is no archive
 *
 * @example
 * ```ts
 * import { Crawler, replayWarc } from '@oxbow/crawler';
 *
 * // The same crawl again, from the archive and without a network.
 * const session = await replayWarc('pages.warc');
 * for await (const page of new Crawler({ seeds: 'https://example.org/', session })) console.log(page.url);
 * await session.close();
 * ```
 */
export async function replayWarc(path: string): Promise<ReplaySession> {
  const file = await open(path).catch((cause: Error) => {
    throw new SinkError(path, `cannot be opened: ${cause.message}`, { cause });
  });
  try {
    const places = await placesOf(file, path);
    const transport = new MockTransport().on('GET', /./, async ({ url }: MockRequest) => {
      const place = places.get(url);
      if (place === undefined) return { error: new NotRecordedError(url) };
      const block = Buffer.alloc(place.length);
      await file.read(block, 0, place.length, place.offset);
      return replyOf(block);
    });
    return new ReplaySession(transport, file);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Where the response to each URL lies; of several the last. */
async function placesOf(file: FileHandle, path: string): Promise<ReadonlyMap<string, Place>> {
  const places = new Map<string, Place>();
  const { size } = await file.stat();
  const buffer = Buffer.alloc(MAX_HEAD_BYTES);
  for (let offset = 0; offset < size; ) {
    const { bytesRead } = await file.read(buffer, 0, MAX_HEAD_BYTES, offset);
    const end = buffer.subarray(0, bytesRead).indexOf(HEAD_END);
    const head = buffer.toString('utf8', 0, Math.max(end, 0));
    const fields = warcFields(head);
    const length = Number(fields.get('content-length'));
    if (!head.startsWith('WARC/1.') || !Number.isSafeInteger(length))
      throw new SinkError(path, `it is no web archive, or broken at byte ${offset}`);
    const block = offset + end + HEAD_END.length;
    const url = fields.get('warc-target-uri');
    if (fields.get('warc-type') === 'response' && url !== undefined)
      places.set(url, { offset: block, length });
    offset = block + length + HEAD_END.length;
  }
  return places;
}

function replyOf(block: Buffer): MockReply {
  const end = block.indexOf(HEAD_END);
  const [first = '', ...lines] = block.toString('latin1', 0, end).split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon)] = line.slice(colon + 1).trim();
  }
  return { status: Number(first.split(' ')[1]), headers, body: block.subarray(end + HEAD_END.length) };
}
