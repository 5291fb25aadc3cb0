/**
 * Builds the documentation site: the repository's Markdown, and the reference, as VitePress makes pages of them. The pages are staged in a folder
 * beside this tool's own dependencies, because that is where VitePress looks for its parts.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LIMITS_PAGE, limitsPage, type Readme } from './limits-page.ts';
import { sidebar, titleOf } from './navigation.ts';
import { pageSource } from './page-source.ts';

/** What the site is made of. */
export interface SiteJob {
  /** The repository. */
  readonly root: string;
  /** A folder of this tool's that is made anew. */
  readonly stage: string;
  /** Where the site goes. */
  readonly into: string;
  /** The packages' folders, in the order they are listed. */
  readonly packages: readonly string[];
  /** The forge, such as `https://github.com/owner/name`. */
  readonly forgeUrl: string;
}

/** The switch of the site decides between light and dark, not the system alone. */
const COLOURS = `html { color-scheme: light; font-size: 16px; }
html.dark { color-scheme: dark; }
html, html.dark {
  --vp-c-brand-1: var(--river);
  --vp-c-brand-2: var(--river);
  --vp-c-brand-3: light-dark(#0f726d, #1d7f79);
  --vp-c-bg: var(--ground);
  --vp-c-bg-alt: var(--card);
  --vp-c-bg-soft: var(--card);
  --vp-c-divider: var(--line);
  --vp-c-text-1: var(--ink);
  --vp-c-text-2: var(--faint);
  --vp-code-block-bg: var(--card);
}
`;
/** Where pictures lie. */
const PICTURES = ['docs', 'docs/benchmarks'];
const FOLDERS = ['docs', 'packages', 'apps'];
const LEFT_OUT = /(^|\/)(node_modules|dist|\.[^/]+|test|templates|CHANGELOG\.md|reference-html|site)(\/|$)/;

/** Paths of every Markdown file of the site, from the root. */
export function sitePages(root: string): readonly string[] {
  const below = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
      (path) => `${folder}/${path.replaceAll('\\', '/')}`,
    ),
  );
  return ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...below].filter(
    (path) => path.endsWith('.md') && !LEFT_OUT.test(path),
  );
}

/** Writes the staged pages and the configuration; gives how many pages there are. */
export function stageSite({ root, stage, packages, forgeUrl }: SiteJob): number {
  rmSync(stage, { recursive: true, force: true });
  const made = new Map([[LIMITS_PAGE, limitsPage(readmesOf(root, packages))]]);
  const paths = [...sitePages(root), ...made.keys()];
  const known = new Set(paths);
  const titled = paths.map((path) => {
    const markdown = made.get(path) ?? readFileSync(join(root, path), 'utf8');
    const page = pageSource(markdown, path, (file) => known.has(file), { url: forgeUrl });
    const target = join(stage, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, page);
    return { path, title: titleOf(markdown, path) };
  });
  for (const folder of PICTURES.filter((name) => existsSync(join(root, name)))) {
    for (const picture of readdirSync(join(root, folder)).filter((name) => /\.(png|svg)$/.test(name))) {
      cpSync(join(root, folder, picture), join(stage, folder, picture));
    }
  }
  writeFileSync(join(stage, 'index.md'), homePage());
  // Without one of its own, esbuild would read that of the repository, whose target it does not know.
  writeFileSync(join(stage, 'tsconfig.json'), '{}\n');
  mkdirSync(join(stage, '.vitepress'), { recursive: true });
  writeTheme(root, join(stage, '.vitepress/theme'));
  const config = siteConfig(sidebar(titled, packages), forgeUrl);
  writeFileSync(
    join(stage, '.vitepress/config.mjs'),
    `export default ${JSON.stringify(config, undefined, 2)};\n`,
  );
  return paths.length + 1;
}

/** VitePress's own theme in the colours that all pages of ours share. */
function writeTheme(root: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, 'apps/shell/src/page/palette.css'), join(folder, 'palette.css'));
  writeFileSync(join(folder, 'colours.css'), COLOURS);
  writeFileSync(
    join(folder, 'index.mjs'),
    "import theme from 'vitepress/theme';\nimport './palette.css';\nimport './colours.css';\nexport default theme;\n",
  );
}

function readmesOf(root: string, packages: readonly string[]): readonly Readme[] {
  return packages.map((folder) => {
    const path = `packages/${folder}/README.md`;
    const name = folder.startsWith('create-') ? folder : `@oxbow/${folder}`;
    return { name, path, markdown: readFileSync(join(root, path), 'utf8') };
  });
}

/** Builds the staged site into its folder, and gives that folder. A dead link fails the build. */
export async function buildSite(job: SiteJob): Promise<string> {
  const { build } = await import('vitepress');
  await build(job.stage, { outDir: job.into });
  return job.into;
}

/** Serves the built site on loopback until the process ends; gives its address. */
export async function serveSite({ stage, into }: SiteJob, port: number): Promise<string> {
  const { serve } = await import('vitepress');
  // VitePress serves what lies in the staged folder's own place for it.
  rmSync(join(stage, '.vitepress/dist'), { recursive: true, force: true });
  cpSync(into, join(stage, '.vitepress/dist'), { recursive: true });
  await serve({ root: stage, port });
  return `http://localhost:${port}/`;
}

function siteConfig(bar: ReturnType<typeof sidebar>, forgeUrl: string): object {
  return {
    title: 'Oxbow',
    description:
      'Async networking for TypeScript: tasks, streams with backpressure, HTTP, WebSocket, crawling',
    lang: 'en',
    cleanUrls: true,
    lastUpdated: false,
    // What lies outside of the site is on the forge; of addresses that only run while a program does, nothing can be said.
    ignoreDeadLinks: ['localhostLinks'],
    themeConfig: {
      search: { provider: 'local' },
      outline: [2, 3],
      sidebar: bar,
      nav: [
        { text: 'Begin', link: '/docs/getting-started/node' },
        { text: 'Guides', link: '/docs/guides/tasks-and-cancellation' },
        { text: 'Article', link: '/apps/article/programs/hello' },
        { text: 'Reference', link: '/docs/reference/README' },
      ],
      editLink: { pattern: `${forgeUrl}/edit/main/:path`, text: 'Edit this page' },
      socialLinks: [{ icon: 'github', link: forgeUrl }],
      footer: { message: 'Released under the MIT license' },
    },
  };
}

function homePage(): string {
  return `---
layout: home
hero:
  name: Oxbow
  text: Async networking for TypeScript
  tagline: The programming model of asyncio and the operators of RxJS, under an HTTP client, a WebSocket server and a crawler. One stream, one task model, one way to cancel.
  actions:
    - { theme: brand, text: Begin with Node, link: /docs/getting-started/node }
    - { theme: alt, text: Begin from Python, link: /docs/getting-started/python }
    - { theme: alt, text: The article, link: /apps/article/programs/hello }
features:
  - { title: Backpressure to the socket, details: "Stock RxJS operators, held back by a slow consumer, and a report of who holds back whom.", link: /docs/guides/streams-and-backpressure }
  - { title: One way to cancel, details: "Ctrl-C, task.cancel(), unsubscribe(), AbortSignal and leaving a loop are the same act.", link: /docs/guides/tasks-and-cancellation }
  - { title: A blocked loop says who blocks it, details: "A second thread names the task and the stack while it happens.", link: /docs/guides/what-blocks-the-loop }
  - { title: HTTP that does more, details: "Pools, retries, redirects, cookies, limits and one deadline over all of it.", link: /docs/guides/http }
  - { title: WebSocket with a byte budget, details: "Every connection is bounded, rooms resume, a slow reader holds back nobody else.", link: /docs/guides/websocket }
  - { title: A crawl that survives kill -9, details: "No page lost, none twice in its output.", link: /docs/guides/crawling }
---
`;
}
