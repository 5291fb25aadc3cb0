/**
 * Many URLs into responses: pulls a URL only when it can be sent, so that their number does not matter.
 */
import { mapAsync, onUnread, Stream, type StreamInput } from '@oxbow/stream';
import { filter, finalize, tap } from 'rxjs';
import { HttpError } from '../errors.ts';
import type { Request } from './request.ts';
import type { RequestOptions } from './request-options.ts';
import type { Response } from './response.ts';

/** Options of {@link Session.map}: its own, and those of every request. */
export interface MapOptions extends Omit<RequestOptions, 'body' | 'json' | 'form' | 'msgpack' | 'file'> {
  /** Requests waiting for their headers at once. Default: the session's `limits.perOrigin`, at most 100. */
  readonly concurrency?: number | undefined;
  /** Requests of this map in flight to one origin. Default, and at most: the session's limit. */
  readonly perOrigin?: number | undefined;
  /** Told of a request that failed; its URL is left out. Without it the first failure ends the stream. */
  readonly onFailure?: ((error: HttpError, url: string) => void) | undefined;
}

/** How one URL is requested. */
export type SendOne = (url: string | URL) => Request;

/** Responses in the order they come. Leaving the stream cancels what is under way, and discards what was not read from it. */
export function mapUrls(
  urls: StreamInput<string | URL>,
  concurrency: number,
  send: SendOne,
  onFailure: MapOptions['onFailure'],
): Stream<Response> {
  return new Stream<Response>((out) => {
    const run = new MapRun(send, onFailure);
    onUnread(out, discardAll);
    const responses = Stream.from<string | URL>(urls).pipe(
      mapAsync(run.fetch, { concurrency, ordered: false }),
      filter((response) => response !== undefined),
      tap((response) => run.ahead.delete(response)),
      finalize(run.leave),
    );
    return responses.subscribe(out);
  });
}

function discardAll(responses: Iterable<Response>): void {
  for (const response of responses) response.discard();
}

/** One run through the URLs: knows what must be stopped when it is left. */
class MapRun {
  readonly #send: SendOne;
  readonly #onFailure: MapOptions['onFailure'];
  readonly #pending = new Set<Request>();
  /** Come, but not emitted. */
  readonly ahead = new Set<Response>();
  #left = false;

  constructor(send: SendOne, onFailure: MapOptions['onFailure']) {
    this.#send = send;
    this.#onFailure = onFailure;
  }

  readonly fetch = async (url: string | URL): Promise<Response | undefined> => {
    const request = this.#send(url);
    this.#pending.add(request);
    try {
      const response = await request;
      if (this.#left) response.discard();
      else this.ahead.add(response);
      return response;
    } catch (error) {
      if (this.#onFailure === undefined || !(error instanceof HttpError)) throw error;
      this.#onFailure(error, String(url));
      return undefined;
    } finally {
      this.#pending.delete(request);
    }
  };

  readonly leave = (): void => {
    this.#left = true;
    for (const request of [...this.#pending]) request.cancel('the stream of responses was left');
    discardAll(this.ahead);
    this.ahead.clear();
  };
}
