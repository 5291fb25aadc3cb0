/**
 * Functions around the requests of a session. Each sees a request before it is sent and its response before the caller does. It may
 * send the request changed, again, or not at all. A session without middleware pays nothing for it.
 */
import { InvalidRequestError } from '../errors.ts';
import type { Request } from './request.ts';
import type { RequestOptions } from './request-options.ts';
import { Response } from './response.ts';

/** A request as a middleware sees it: change it in place, then pass it on. */
export interface OutgoingRequest {
  method: string;
  /** Absolute, with its query. */
  url: string;
  /** Those of the session and of the request; not those of cookies, credentials and the connection. */
  headers: Headers;
  /** The options of the call, apart from `headers` and `query`, which are in the two above. */
  options: Omit<RequestOptions, 'headers' | 'query'>;
}

/** Sends a request on: to the next middleware, or to the network with its redirects and retries. May be called several times. */
export type Next = (request: OutgoingRequest) => Request;

/**
 * A function around requests. It runs as a task of the request: cancelling the request cancels it at its wait. A response it does not
 * return it should discard.
 */
export type Middleware = (request: OutgoingRequest, next: Next) => Response | PromiseLike<Response>;

/** How a request is sent in the end. */
export type Send = (request: OutgoingRequest) => Request;

/** Runs a request through all of them, the first one outermost. */
export async function runMiddleware(
  chain: readonly Middleware[],
  request: OutgoingRequest,
  wrap: (run: () => Promise<Response>) => Request,
  send: Send,
): Promise<Response> {
  const step = (at: number): Next => {
    const middleware = chain[at];
    if (middleware === undefined) return send;
    return (given) => wrap(async () => checked(await middleware(given, step(at + 1))));
  };
  return await step(0)(request);
}

function checked(value: unknown): Response {
  if (value instanceof Response) return value;
  const what = value === null ? 'null' : typeof value;
  throw new InvalidRequestError(
    'ERR_OXBOW_HTTP_MIDDLEWARE',
    `a middleware must return a response, the one that next(request) gives; it returned ${what}`,
  );
}
