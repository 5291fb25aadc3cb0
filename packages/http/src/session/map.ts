/**
 * Many URLs into responses: pulls a URL only when it can be sent, so that their number does not matter.
 */
import { mapAsync, Stream, type StreamInput } from '@oxbow/stream';
import { defer, filter, finalize, type Observable } from 'rxjs';
import { HttpError } from '../errors.ts';
import type { Request } from './request.ts';
import type { RequestOptions } from './request-options.ts';
import type { Response } from './response.ts';

/** Options of {@link Session.map}: its own, and those of every request. */
export interface MapOptions extends Omit<RequestOptions, 'body' | 'json' | 'form' | 'msgpack'> {
  /** Requests waiting for their headers at once. Default: the session's `limits.perOrigin`, at most 100. */
  readonly concurrency?: number | undefined;
  /** Requests of this map in flight to one origin. Default, and at most: the session's limit. */
  readonly perOrigin?: number | undefined;
  /** Told of a request that failed; its URL is left out. Without it the first failure ends the stream. */
  readonly onFailure?: ((error: HttpError, url: string) => void) | undefined;
}

/** How one URL is requested. */
export type SendOne = (url: string | URL) => Request;

/** Responses in the order they come. Leaving the stream cancels what is under way. */
export function mapUrls(
  urls: StreamInput<string | URL>,
  concurrency: number,
  send: SendOne,
  onFailure: MapOptions['onFailure'],
): Stream<Response> {
  const responses = defer((): Observable<Response> => {
    const pending = new Set<Request>();
    const fetchOne = async (url: string | URL): Promise<Response | undefined> => {
      const request = send(url);
      pending.add(request);
      try {
        return await request;
      } catch (error) {
        if (onFailure === undefined || !(error instanceof HttpError)) throw error;
        onFailure(error, String(url));
        return undefined;
      } finally {
        pending.delete(request);
      }
    };
    return Stream.from<string | URL>(urls).pipe(
      mapAsync(fetchOne, { concurrency, ordered: false }),
      filter((response) => response !== undefined),
      finalize(() => {
        for (const request of [...pending]) request.cancel('the stream of responses was left');
      }),
    );
  });
  return Stream.from<Response>(responses);
}
