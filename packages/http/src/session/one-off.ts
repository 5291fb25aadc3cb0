/**
 * Requests without a session of one's own: they share one that keeps no cookies and is never closed.
 * Its idle connections do not keep the process alive.
 */
import type { Request } from './request.ts';
import type { RequestOptions } from './request-options.ts';
import { Session } from './session.ts';

let shared: Session | undefined;

/** Sends one request with any method but CONNECT. For more than a few to the same place, make a {@link Session}. */
export function request(method: string, url: string | URL, options?: RequestOptions): Request {
  shared ??= new Session({ cookies: false });
  return shared.request(method, url, options);
}

/**
 * GET.
 *
 * @example
 * ```ts
 * import { get } from '@oxbow/http';
 *
 * console.log(await get('https://example.org/').text());
 * ```
 */
export function get(url: string | URL, options?: RequestOptions): Request {
  return request('GET', url, options);
}

/** HEAD. */
export function head(url: string | URL, options?: RequestOptions): Request {
  return request('HEAD', url, options);
}

/**
 * POST.
 *
 * @example
 * ```ts
 * import { post } from '@oxbow/http';
 *
 * const response = await post('https://example.org/users', { json: { name: 'Ada' } });
 * console.log(response.status);
 * response.discard();
 * ```
 */
export function post(url: string | URL, options?: RequestOptions): Request {
  return request('POST', url, options);
}

/** PUT. */
export function put(url: string | URL, options?: RequestOptions): Request {
  return request('PUT', url, options);
}

/** PATCH. */
export function patch(url: string | URL, options?: RequestOptions): Request {
  return request('PATCH', url, options);
}

/** DELETE; exported as `delete` too. */
export function del(url: string | URL, options?: RequestOptions): Request {
  return request('DELETE', url, options);
}

/** OPTIONS. */
export function options(url: string | URL, options?: RequestOptions): Request {
  return request('OPTIONS', url, options);
}
