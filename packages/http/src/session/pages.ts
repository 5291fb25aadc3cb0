/** Pages one after the other, by the link each gives to the next (RFC 8288, `rel=next`). */
import { InvalidRequestError } from '../errors.ts';
import { parseLink } from '../protocol/link.ts';
import { redactUrl } from '../redaction.ts';
import type { Response } from './response.ts';

/** Pages taken unless told otherwise: a server whose last page leads to its first would never end. */
export const DEFAULT_MAX_PAGES = 10_000;

/** Where the next page is; `undefined` on the last one. */
export type NextPage = (
  response: Response,
) => string | URL | undefined | PromiseLike<string | URL | undefined>;

/** The link to the next page in the field Link. */
export const nextByLink: NextPage = (response) =>
  parseLink(response.headers.getAll('link')).find(({ rel }) => rel.includes('next'))?.target;

/** Gives each page once it has come; the next is asked for when the loop goes on. */
export async function* pagesOf(
  first: string | URL,
  get: (url: string | URL) => PromiseLike<Response>,
  next: NextPage,
  maxPages: number,
): AsyncGenerator<Response, void, undefined> {
  let url: string | URL | undefined = first;
  let origin: string | undefined;
  for (let pages = 0; url !== undefined && pages < maxPages; pages++) {
    const response: Response = await get(url);
    try {
      // Before the page is handed over: its reader may take the body, not the fields.
      const target = await next(response);
      url = target === undefined ? undefined : new URL(String(target), response.url);
      origin ??= new URL(response.url).origin;
      if (url !== undefined && url.origin !== origin) {
        const message = `the next page is of another origin: ${redactUrl(url.href)}; ask for it yourself if you trust it`;
        throw new InvalidRequestError('ERR_OXBOW_HTTP_ORIGIN_NOT_ALLOWED', message);
      }
      yield response;
    } finally {
      response.discard();
    }
  }
}
