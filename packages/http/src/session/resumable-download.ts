/**
 * A download that goes on where it stopped: within one call after a cut connection, and in a later one after the end of the process.
 * What came stands in `path.part`; `path.part.json` beside it says of which representation. Ranges are asked for with If-Range and a
 * strong validator (RFC 9110 §13.1.5), and every 206 is checked, so that parts of two versions never meet in one file.
 */
import { chmod, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { sleep } from '@oxbow/loop';
import { BodyTimeoutError, HeadersTimeoutError, ProtocolError, ReadError } from '../errors.ts';
import type { RetryPolicy } from '../policy/retry.ts';
import { redactUrl } from '../redaction.ts';
import { linkTarget, PERMISSION_BITS, type SaveOptions } from './body-file.ts';
import { type Response, StatusError } from './response.ts';

/** Sends the download once more, with these header fields on top. Never decompressed: a range is one of the bytes on the wire. */
export type SendAgain = (headers: Readonly<Record<string, string>>) => PromiseLike<Response>;

/** What is there of a file. */
interface Part {
  readonly bytes: number;
  /** A strong ETag; `undefined` when nothing can be resumed by. */
  readonly etag: string | undefined;
}

/** A download under way. */
interface Download {
  readonly target: string;
  readonly partPath: string;
  readonly notePath: string;
  readonly options: SaveOptions;
  readonly send: SendAgain;
}

const NOTHING: Part = { bytes: 0, etag: undefined };

/** Downloads to `path`; gives its size in bytes. A failure leaves what came, for the next call to go on with. */
export async function downloadResumably(
  send: SendAgain,
  path: string,
  options: SaveOptions,
  retry: RetryPolicy | undefined,
): Promise<number> {
  const target = await linkTarget(path);
  const partPath = `${target}.part`;
  const download: Download = { target, partPath, notePath: `${partPath}.json`, options, send };
  let part = await readPart(download);
  for (let attempt = 1; ; ) {
    const before = part.bytes;
    try {
      const bytes = await fetchRest(download, part);
      await finish(download);
      return bytes;
    } catch (error) {
      part = await readPart(download);
      const isCut =
        error instanceof ReadError ||
        error instanceof BodyTimeoutError ||
        error instanceof HeadersTimeoutError;
      // A try that brought something is no failed try.
      if (part.bytes > before) attempt = 1;
      const delayMs = isCut && part.etag !== undefined ? retry?.backoff.delayMs(attempt++) : undefined;
      if (delayMs === undefined) throw error;
      await sleep(delayMs);
    }
  }
}

/** What an earlier call left, if it can be gone on with. */
async function readPart({ partPath, notePath }: Download): Promise<Part> {
  try {
    const [{ size }, note] = await Promise.all([stat(partPath), readFile(notePath, 'utf8')]);
    const { etag } = JSON.parse(note) as { etag?: unknown };
    return typeof etag === 'string' && size > 0 ? { bytes: size, etag } : NOTHING;
  } catch {
    // Nothing, or nothing that is known to be whole: begin anew.
    return NOTHING;
  }
}

async function fetchRest(download: Download, part: Part): Promise<number> {
  const response = await download.send(
    part.etag === undefined ? {} : { range: `bytes=${part.bytes}-`, 'if-range': part.etag },
  );
  if (part.etag !== undefined && response.status === 416)
    return await afterUnsatisfiable(download, part, response);
  if (part.etag === undefined || response.status !== 206) {
    if (response.status !== 200) return refuse(response);
    return await write(download, response, 0, lengthOf(response));
  }
  const range = rangeOf(response);
  const etag = response.headers.get('etag');
  if (range?.first !== part.bytes || (etag !== null && etag !== part.etag)) {
    response.discard();
    const message = `asked for bytes ${part.bytes}- of ${part.etag}, got ${response.headers.get('content-range')} of ${etag}`;
    throw new ProtocolError('ERR_OXBOW_HTTP_BAD_RANGE', message);
  }
  return await write(download, response, part.bytes, range.total);
}

/** RFC 9110 §15.5.17: there is nothing behind what we have, or less. */
async function afterUnsatisfiable(download: Download, part: Part, response: Response): Promise<number> {
  const total = /^bytes \*\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1];
  response.discard();
  if (total !== undefined && Number(total) === part.bytes) return part.bytes;
  await rm(download.notePath, { force: true });
  return await fetchRest(download, NOTHING);
}

function refuse(response: Response): never {
  response.abandonUnread();
  throw new StatusError(response, { url: redactUrl(response.url), method: response.method });
}

function rangeOf(response: Response): { first: number; total: number | undefined } | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
  if (match === null) return undefined;
  return { first: Number(match[1]), total: match[3] === '*' ? undefined : Number(match[3]) };
}

function lengthOf(response: Response): number | undefined {
  const length = response.headers.get('content-length');
  return length === null ? undefined : Number(length);
}

async function write(
  { partPath, notePath, options }: Download,
  response: Response,
  from: number,
  totalBytes: number | undefined,
): Promise<number> {
  const etag = response.headers.get('etag');
  if (from === 0) {
    await rm(notePath, { force: true });
    // A weak validator stands for more than one sequence of bytes.
    if (etag?.startsWith('"') === true) await writeFile(notePath, JSON.stringify({ etag }));
  }
  const file = await open(partPath, from === 0 ? 'w' : 'r+');
  let bytes = from;
  try {
    for await (const chunk of response.body) {
      await file.write(chunk, 0, chunk.length, bytes);
      bytes += chunk.length;
      options.onProgress?.({ bytes, totalBytes });
    }
  } finally {
    await file.close();
    response.discard();
  }
  if (totalBytes !== undefined && bytes !== totalBytes) {
    const message = `the file has ${totalBytes} bytes, ${bytes} came`;
    throw new ReadError('ERR_OXBOW_HTTP_BODY_CUT_SHORT', message);
  }
  return bytes;
}

async function finish({ target, partPath, notePath }: Download): Promise<void> {
  const old = await stat(target).catch(() => undefined);
  if (old !== undefined) await chmod(partPath, old.mode & PERMISSION_BITS);
  await rename(partPath, target);
  await rm(notePath, { force: true });
}
