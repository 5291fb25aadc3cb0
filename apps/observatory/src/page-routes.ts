/** What the page asks for beside the feed: the details of a URL, a search, an explanation, and the output as a download. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { CrawlJob } from '@oxbow/crawler/command';
import type { DetailAnswer } from './feed-message.ts';
import type { PageBook, PageQuery } from './page-book.ts';

/** Of a word in a question: more than any canonical URL has. */
const MAX_ASKED_CHARACTERS = 4096;
const ORDERS = ['newest', 'slowest', 'largest'] as const;
const STATUSES: ReadonlySet<string> = new Set(['1xx', '2xx', '3xx', '4xx', '5xx', 'none']);

/** What the answers are made from. */
export interface RouteSources {
  readonly book: PageBook;
  readonly job: Pick<CrawlJob, 'explain'>;
  /** The file with the rows, absolute; undefined where there is none to give. */
  readonly output: string | undefined;
}

/** Answers one request; false leaves it to the page's own files. */
export type Route = (path: string, request: IncomingMessage, response: ServerResponse) => boolean;

/** The routes of the page. Only GET is answered; the site refuses other methods, and other hosts before. */
export function pageRoutes({ book, job, output }: RouteSources): Route {
  const answers: Readonly<Record<string, (asked: URLSearchParams, response: ServerResponse) => void>> = {
    '/pages': (asked, response) => sendJson(response, book.search(queryOf(asked))),
    '/explain': (asked, response) =>
      void explained(job, urlIn(asked)).then((sentences) => sendJson(response, sentences)),
    '/detail': (asked, response) =>
      void detailOf(book, job, urlIn(asked)).then((answer) => sendJson(response, answer)),
    ...(output === undefined
      ? {}
      : { '/output': (_: URLSearchParams, response: ServerResponse) => void sendFile(response, output) }),
  };
  return (path, request, response) => {
    if (request.method !== 'GET' || !Object.hasOwn(answers, path)) return false;
    answers[path]?.(new URL(request.url ?? '/', 'http://127.0.0.1').searchParams, response);
    return true;
  };
}

function urlIn(asked: URLSearchParams): string {
  return (asked.get('url') ?? '').slice(0, MAX_ASKED_CHARACTERS);
}

function queryOf(asked: URLSearchParams): PageQuery {
  const status = asked.get('status') ?? '';
  const failure = asked.get('failure') ?? '';
  return {
    text: (asked.get('text') ?? '').slice(0, MAX_ASKED_CHARACTERS),
    status: STATUSES.has(status) ? status : undefined,
    failure: failure === '' ? undefined : failure,
    order: ORDERS.find((order) => order === asked.get('order')) ?? 'newest',
  };
}

async function detailOf(book: PageBook, job: RouteSources['job'], url: string): Promise<DetailAnswer> {
  return { detail: book.detailOf(url) ?? null, explanation: await explained(job, url) };
}

function explained(job: RouteSources['job'], url: string): Promise<readonly string[]> {
  return job.explain(url).catch((error: unknown) => [error instanceof Error ? error.message : String(error)]);
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(JSON.stringify(value));
}

/** Gives as much of the file as there is now: a crawl that goes on may be writing behind it. */
async function sendFile(response: ServerResponse, path: string): Promise<void> {
  const size = (await stat(path).catch(() => undefined))?.size;
  if (size === undefined) {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
    response.end('the output is not there yet\n');
    return;
  }
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': size,
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(basename(path))}`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  if (size === 0) response.end();
  // A reader that leaves, and a file that cannot be read after all, end the answer where it stands.
  else await pipeline(createReadStream(path, { end: size - 1 }), response).catch(() => {});
}
