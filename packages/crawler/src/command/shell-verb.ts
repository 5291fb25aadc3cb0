/** `oxbow-crawl shell URL`: a prompt with a page to try things on. */
import { once } from 'node:events';
import type { Page } from '../visit/page.ts';
import type { CrawlRequest } from './command-line.ts';
import type { Surroundings } from './crawl-verb.ts';
import { describePage, fetchPage, printable } from './look-verbs.ts';

/** Opens the prompt; ends with it. */
export async function shellVerb(
  url: string | undefined,
  request: CrawlRequest,
  { stdout, stderr }: Surroundings,
): Promise<number> {
  const first = url === undefined ? undefined : await fetchPage(url, request);
  if (first !== undefined && 'why' in first) stderr.write(`oxbow-crawl: ${url}: ${printable(first.why)}\n`);
  stdout.write("page, $('css'), links, view(), await fetch('url'); .exit ends\n");
  // Only now: it brings node:domain along, which puts listeners on the process of whatever program imports this door.
  const { start } = await import('node:repl');
  const repl = start({
    prompt: 'crawl> ',
    input: process.stdin,
    output: process.stdout,
    terminal: process.stdin.isTTY === true,
  });
  const show = (page: Page | undefined): void => {
    Object.assign(repl.context, {
      page,
      links: page?.links ?? [],
      $: (css: string) => page?.select(css),
      view: () => void stdout.write(page === undefined ? 'no page yet\n' : describePage(page)),
    });
  };
  repl.context.fetch = async (next: string) => {
    const fetched = await fetchPage(next, request);
    if ('why' in fetched) throw new Error(fetched.why);
    show(fetched.page);
    return fetched.page;
  };
  show(first !== undefined && 'page' in first ? first.page : undefined);
  await once(repl, 'exit');
  return 0;
}
