/** `npm run article -- --read`: the article in the browser, with its programs to run. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { sleep } from '@oxbow/loop';
import {
  browserOpener,
  bundleScript,
  highlight,
  openPageSite,
  type PageFile,
  Refusal,
  readPort,
} from '@oxbow/shell';
import { contentsPage, escapeHtml, type PageParts, programPage, SOURCE_PATH } from './article-page.ts';
import { PROGRAMS, programFile } from './program-list.ts';
import { ProgramRuns } from './program-runs.ts';

const ROOT = new URL('../../../', import.meta.url);
/** Only these files of the repository are shown: what the chapters link to lies there. */
const SHOWN_SOURCE = /^packages\/[a-z-]+\/(src|docs|examples)\/[a-z0-9/-]+\.(ts|md)$/;

/** Opens the article and serves it until the calling task is cancelled. */
export async function readArticle(args: readonly string[]): Promise<never> {
  const { port, open } = readOptions(args);
  const openPage = browserOpener(open);
  const runs = new ProgramRuns();
  const site = await openPageSite({
    app: 'article',
    files: await articleFiles(),
    port,
    route: (path, request, response) => {
      if (path.startsWith('/run/')) runs.answer(path.slice('/run/'.length), request, response);
      else return false;
      return true;
    },
  });
  try {
    process.stdout.write(`The article is at ${site.url} (Ctrl-C ends it)\n`);
    openPage?.(site.url);
    return await sleep(Number.POSITIVE_INFINITY).then(() => {
      throw new Error('an endless sleep has ended');
    });
  } finally {
    await runs.close();
    await site.close();
  }
}

interface ReadOptions {
  readonly port: number | undefined;
  /** Whether to open the browser; undefined leaves it to the terminal. */
  readonly open: boolean | undefined;
}

function readOptions(args: readonly string[]): ReadOptions {
  let port: number | undefined;
  let open: boolean | undefined;
  for (let at = 0; at < args.length; at++) {
    const word = args[at];
    if (word === '--open') open = true;
    else if (word === '--no-open') open = false;
    else if (word === '--port') port = readPort(args[++at]);
    else throw new Refusal(`--read takes --port, --open and --no-open, not ${word}`);
  }
  return { port, open };
}

/** Every file of the article by its path: pages, script, style, the recording of the loop, and the sources it links to. */
export async function articleFiles(): Promise<Map<string, PageFile>> {
  const files = await bundleScript(new URL('./page/', import.meta.url));
  const pages = await Promise.all(PROGRAMS.map(partsOf));
  files.set('/', html(contentsPage(pages)));
  for (const page of pages) files.set(`/${page.program.name}`, html(programPage(page, PROGRAMS)));
  for (const source of linkedSources(pages)) files.set(SOURCE_PATH + source, await sourcePage(source));
  files.set('/event-loop.json', { contentType: 'application/json', body: Buffer.from(await recording()) });
  return files;
}

async function partsOf(program: (typeof PROGRAMS)[number]): Promise<PageParts> {
  const [prose, source, expected] = await Promise.all(
    (['md', 'ts', 'txt'] as const).map((ending) => readFile(programFile(program.name, ending), 'utf8')),
  );
  return { program, prose: prose as string, source: source as string, expected: expected as string };
}

function linkedSources(pages: readonly PageParts[]): readonly string[] {
  const links = pages.flatMap(({ prose }) =>
    Array.from(prose.matchAll(/\]\(\.\.\/\.\.\/\.\.\/([^)#]+)/g), ([, path]) => path as string),
  );
  return [...new Set(links)].filter((path) => SHOWN_SOURCE.test(path) && existsSync(new URL(path, ROOT)));
}

async function sourcePage(path: string): Promise<PageFile> {
  const text = await readFile(fileURLToPath(new URL(path, ROOT)), 'utf8');
  const code = path.endsWith('.ts') ? highlight(text) : escapeHtml(text);
  return html(`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${path} · Oxbow</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/page.css" />
  </head>
  <body>
    <main id="content" class="page"><h1>${path}</h1><pre tabindex="0"><code>${code}</code></pre></main>
    <script type="module" src="/page.js"></script>
  </body>
</html>
`);
}

function html(text: string): PageFile {
  return { contentType: 'text/html; charset=utf-8', body: Buffer.from(text) };
}

/** A real recording of the event loop, in the format of Chrome's traces. */
async function recording(): Promise<string> {
  const { record } = await import('../programs/event-loop.ts');
  return (await record()).toChromeTrace();
}
