/** Asks URLs how they are: all at once, within the session's limits. */
import { HttpError, type Session } from '@oxbow/http';
import { gather } from '@oxbow/loop';

/** What became of a URL. */
export interface Row {
  readonly url: string;
  /** The status, or the code of the error. */
  readonly result: number | string;
  readonly bytes: number;
  readonly elapsedMs: number;
}

/** The rows in the order of the URLs. One that fails is a row too; when this is cancelled, every request is. */
export async function checkUrls(session: Session, urls: readonly string[]): Promise<Row[]> {
  return gather(urls.map((url) => checkUrl(session, url)));
}

async function checkUrl(session: Session, url: string): Promise<Row> {
  try {
    const response = await session.get(url);
    const { byteLength } = await response.bytes();
    const elapsedMs = Math.round(response.timings.totalMs ?? 0);
    return { url, result: response.status, bytes: byteLength, elapsedMs };
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return { url, result: error.code, bytes: 0, elapsedMs: 0 };
  }
}
