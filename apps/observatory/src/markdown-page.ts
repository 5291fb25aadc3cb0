/**
 * One Markdown file as one HTML page of the embedded site. Pure: text in, text out.
 * Links between Markdown files become links between pages; everything else is left as it was written.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { highlight } from '@oxbow/shell';
import { Marked } from 'marked';

/** A page of the site. */
export interface MarkdownPage {
  readonly title: string;
  readonly html: string;
}

/** Path of the page that a Markdown file becomes: `docs/glossary.md` → `docs/glossary.html`. */
export function pagePath(file: string): string {
  return file.replace(/\.md$/i, '.html');
}

/** Renders `source`; `navigation` is the list of pages shown beside every page, as site paths with titles. */
export function renderPage(
  source: string,
  file: string,
  navigation: readonly (readonly [path: string, title: string])[],
): MarkdownPage {
  const title = titleOf(source, file);
  const seen = new Map<string, number>();
  const marked = new Marked({
    gfm: true,
    walkTokens(token) {
      if (token.type === 'link') token.href = pageHref(token.href);
    },
    renderer: {
      code({ text, lang = '' }) {
        const [language = ''] = lang.split(/\s/, 1);
        return `<pre tabindex="0"><code>${highlight(text, language)}</code></pre>\n`;
      },
      heading({ tokens, depth, text }) {
        return `<h${depth} id="${headingId(text, seen)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
    },
  });
  const body = marked.parse(source, { async: false });
  return { title, html: layout(title, body, pagePath(file), navigation) };
}

/** The text of the first `#` heading, without its marks; the name of a file that has none. */
export function titleOf(source: string, file: string): string {
  return /^#\s+(.+?)\s*#*$/m.exec(source)?.[1]?.replace(/[`*_]/g, '') ?? file;
}

/** An anchor as code hosts make them: lower case, words joined by hyphens, a number behind a repeated one. */
export function headingId(text: string, seen: Map<string, number>): string {
  const id = text
    .toLowerCase()
    .replace(/<[^>]*>|[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
  const count = seen.get(id) ?? 0;
  seen.set(id, count + 1);
  return count === 0 ? id : `${id}-${count}`;
}

function pageHref(href: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(href) || href.startsWith('//')) return href;
  const [path = '', fragment] = href.split('#', 2);
  return pagePath(path) + (fragment === undefined ? '' : `#${fragment}`);
}

function layout(
  title: string,
  body: string,
  path: string,
  navigation: readonly (readonly [path: string, title: string])[],
): string {
  const items = navigation
    .map(
      ([to, name]) =>
        `<li><a href="/${to}"${to === path ? ' aria-current="page"' : ''}>${escapeHtml(name)}</a></li>`,
    )
    .join('\n');
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title>
<style>${STYLE}</style></head>
<body><nav aria-label="Pages"><details open><summary>Pages</summary><ul>
${items}
</ul></details></nav><main>
${body}</main></body>
</html>
`;
}

/** Text made safe inside HTML text and double-quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The colours are those of all pages of ours; the rest is what text needs, on a narrow screen too. */
const STYLE = `${readFileSync(fileURLToPath(import.meta.resolve('@oxbow/shell/palette.css')), 'utf8')}
*{box-sizing:border-box}
body{margin:0;display:grid;grid-template-columns:minmax(12rem,18rem) minmax(0,46rem);gap:3rem;padding:2rem;background:var(--ground);color:var(--ink);line-height:1.6}
main{min-width:0;overflow-wrap:anywhere}
a{color:var(--river)}
img{max-width:100%;height:auto}
nav ul{list-style:none;margin:0;padding:0;position:sticky;top:2rem;max-height:90vh;overflow:auto}
nav summary{display:none}
nav a{text-decoration:none}
nav a[aria-current]{font-weight:600}
code{font-family:var(--mono);font-size:.9em}
pre{overflow:auto;padding:1rem;border:1px solid var(--line);border-radius:.5rem;background:var(--card)}
table{display:block;overflow:auto;border-collapse:collapse}
td,th{border:1px solid var(--line);padding:.25rem .6rem;overflow-wrap:normal}
@media (max-width:50rem){body{display:block;padding:1rem}nav summary{display:block;padding:.5rem 0}nav ul{position:static;max-height:40vh}}
`;
