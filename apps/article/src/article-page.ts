/**
 * The article as HTML pages: one for each program and one that lists them. Pure: texts in, text out. The pages are complete as they are, with
 * the recorded output; where a server stands behind them, the page's script adds the running.
 */
import { highlight } from '@oxbow/shell';
import { Marked } from 'marked';
import type { Program } from './program-list.ts';

/** What one page is made of. */
export interface PageParts {
  readonly program: Program;
  /** The prose, in Markdown, its first line the heading. */
  readonly prose: string;
  /** The program's source. */
  readonly source: string;
  /** What it prints, with place-holders. */
  readonly expected: string;
}

/** Where the sources of the packages are shown. */
export const SOURCE_PATH = '/source/';

/** The page of one program; `programs` is the whole article, for the way on. */
export function programPage(parts: PageParts, programs: readonly Program[]): string {
  const { program, prose, source, expected } = parts;
  const at = programs.indexOf(program);
  const body = `
    <article class="prose">${markdown(prose)}</article>
    <section class="card program">
      <div class="bar"><h2>programs/${program.name}.ts</h2><code>npm run article -- ${program.name}</code></div>
      <pre tabindex="0" aria-label="Source of the program"><code>${highlight(source)}</code></pre>
    </section>
    <section class="card run" data-program="${program.name}"${program.serves ? ' data-serves' : ''}>
      <div class="bar"><h2>Output <small id="output-note">as it is kept beside the program</small></h2><span class="controls"></span></div>
      <div id="picture"></div>
      <pre id="output" tabindex="0" role="log" aria-label="Output of the program">${escapeHtml(expected)}</pre>
    </section>
    <nav class="way" aria-label="Article">${link(programs[at - 1], 'prev', '← ')}${link(programs[at + 1], 'next', '', ' →')}</nav>`;
  return layout(titleOf(prose), body, programs, program);
}

/** The page that lists the programs. */
export function contentsPage(pages: readonly PageParts[]): string {
  const programs = pages.map(({ program }) => program);
  const items = pages.map(({ program, prose }) => {
    const name = escapeHtml(program.name);
    return `<li><a href="/${name}">${escapeHtml(titleOf(prose))}</a><span class="faint">${escapeHtml(program.about)}</span></li>`;
  });
  const body = `
    <article class="prose">
      <h1>Asynchronous network programming, in programs that run</h1>
      <p>Sixteen ideas, one short program each. Read why it is so, read the program, press <em>Run</em> and watch. Every program also
      runs in a terminal, and what it prints is checked whenever the toolkit is tested.</p>
    </article>
    <ol class="contents card">${items.join('\n')}</ol>`;
  return layout('Article', body, programs, undefined);
}

function titleOf(prose: string): string {
  return /^# (.+)$/m.exec(prose)?.[1] ?? '';
}

function link(program: Program | undefined, rel: string, before = '', after = ''): string {
  if (program === undefined) return '<span></span>';
  return `<a rel="${rel}" href="/${program.name}">${before}${escapeHtml(program.about)}${after}</a>`;
}

/** Links to files of the repository lead to where sources are shown; links between chapters to their pages. */
function pageHref(href: string): string {
  if (/^[a-z]+:/i.test(href)) return href;
  if (href.startsWith('../../../')) return SOURCE_PATH + href.slice('../../../'.length);
  return `/${href.replace(/\.md$/, '')}`;
}

function markdown(source: string): string {
  const marked = new Marked({
    gfm: true,
    walkTokens(token) {
      if (token.type === 'link') token.href = pageHref(token.href);
    },
  });
  return marked.parse(source, { async: false });
}

function layout(
  title: string,
  body: string,
  programs: readonly Program[],
  current: Program | undefined,
): string {
  const chapters = programs.map(({ name }) => {
    const here = name === current?.name ? ' aria-current="page"' : '';
    return `<li><a href="/${name}"${here}>${name}</a></li>`;
  });
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escapeHtml(title)} · Oxbow</title>
    <link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Cpath d='M2 22c8 0 6-16 14-16s6 16 14 16' fill='none' stroke='%232aa7a1' stroke-width='4' stroke-linecap='round'/%3E%3C/svg%3E" />
    <link rel="stylesheet" href="/page.css" />
  </head>
  <body>
    <div class="columns">
      <nav class="chapters" aria-label="Chapters"><p><a href="/">Contents</a></p><ol>${chapters.join('')}</ol></nav>
      <main id="content" class="page">${body}
      </main>
    </div>
    <script type="module" src="/page.js"></script>
  </body>
</html>
`;
}

/** `text` as it stands in HTML. */
export function escapeHtml(text: string): string {
  return text.replace(
    /[&<>"]/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign,
  );
}
