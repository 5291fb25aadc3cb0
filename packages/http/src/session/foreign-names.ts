/**
 * What options are called in other clients, so that an error can name our word for them.
 */
import { UsageError } from '@oxbow/loop';
import { checkOptions } from '@oxbow/loop/lowlevel';

/** Names of axios, got, ky, undici, fetch, curl, requests, aiohttp and httpx, and what to use here. */
const FOREIGN_NAMES: Readonly<Record<string, string>> = {
  agent: 'transport (of the session)',
  allowRedirects: 'redirect',
  allow_redirects: 'redirect',
  baseURL: 'baseUrl',
  base_url: 'baseUrl',
  data: 'form for fields, json for a value, body for everything else',
  dispatcher: 'transport (of the session)',
  files: 'body with a FormData, or file with a path',
  followRedirect: 'redirect',
  follow_redirects: 'redirect',
  hooks: 'session.use()',
  jar: 'cookies (of the session)',
  maxRedirects: 'redirect: { max }',
  params: 'query',
  perHost: 'perOrigin',
  prefix: 'baseUrl',
  prefixUrl: 'baseUrl',
  proxies: 'proxy (of the session)',
  qs: 'query',
  rejectUnauthorized: 'tls: { rejectUnauthorized } (of the session)',
  responseType: 'a reader: .json(), .text(), .bytes(), .stream()',
  retries: 'retry: { maxAttempts }',
  searchParams: 'query',
  timeout: 'timeoutMs for the whole, timeouts for the phases',
  throwHttpErrors: 'a reader such as .json(), which throws, or await the request, which does not',
  validateStatus: 'a reader such as .json(), which throws, or await the request, which does not',
  verify: 'tls: { rejectUnauthorized, ca } (of the session)',
};

/**
 * Checks the names of options.
 * @throws {UsageError} `ERR_OXBOW_UNKNOWN_OPTION`, naming what the option is called here, or the nearest known one.
 */
export function checkOptionNames(given: unknown, known: Iterable<string>, where: string): void {
  if (typeof given === 'object' && given !== null) {
    for (const name of Object.keys(given)) {
      if (!Object.hasOwn(FOREIGN_NAMES, name) || [...known].includes(name)) continue;
      const message = `${where} has no option "${name}": here it is ${FOREIGN_NAMES[name]}`;
      throw new UsageError(message, { code: 'ERR_OXBOW_UNKNOWN_OPTION' });
    }
  }
  checkOptions(given, known, where);
}
