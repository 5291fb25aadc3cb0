/** What stands beside and above every page of the site. */

/** An entry of the sidebar. */
export interface SidebarItem {
  readonly text: string;
  readonly link?: string;
  readonly collapsed?: boolean;
  readonly items?: readonly SidebarItem[];
}

/** A file with the text of its first heading. */
export interface TitledPage {
  readonly path: string;
  readonly title: string;
}

/** The title of a Markdown text; the fallback where it has none. */
export function titleOf(markdown: string, fallback: string): string {
  return /^#\s+(.+?)\s*#*$/m.exec(markdown)?.[1]?.replace(/[`*_]/g, '') ?? fallback;
}

const GUIDES = [
  'tasks-and-cancellation',
  'streams-and-backpressure',
  'http',
  'websocket',
  'rooms-and-scaling',
  'crawling',
  'threads-and-processes',
  'what-blocks-the-loop',
  'testing',
  'deploying',
];

/** The sidebar: begin, guides, coming from, packages, the article, reference, and what is looked up. */
export function sidebar(pages: readonly TitledPage[], packages: readonly string[]): readonly SidebarItem[] {
  const titles = new Map(pages.map(({ path, title }) => [path, title]));
  const item = (path: string, text = titles.get(path)): readonly SidebarItem[] =>
    titles.has(path) ? [{ text: text ?? path, link: `/${path.replace(/\.md$/, '')}` }] : [];
  const below = (folder: string): readonly SidebarItem[] =>
    pages
      .filter(({ path }) => path.startsWith(folder) && !path.endsWith('README.md'))
      .flatMap(({ path }) => item(path));
  return [
    {
      text: 'Begin',
      items: [
        ...item('docs/getting-started/node.md', 'For a Node developer'),
        ...item('docs/getting-started/python.md', 'For a Python developer'),
      ],
    },
    { text: 'Guides', items: GUIDES.flatMap((name) => item(`docs/guides/${name}.md`)) },
    {
      text: 'Coming from',
      items: [...below('docs/coming-from/'), ...item('docs/from-asyncio.md', 'Every name of asyncio')],
    },
    { text: 'Recipes', items: below('docs/recipes/') },
    {
      text: 'Packages',
      items: packages.flatMap((name) =>
        item(`packages/${name}/README.md`, name.startsWith('create-') ? name : `@oxbow/${name}`),
      ),
    },
    { text: 'Article', collapsed: true, items: below('apps/article/programs/') },
    {
      text: 'Reference',
      collapsed: true,
      items: below('docs/reference/').filter(
        ({ link }) => link?.split('/').length === 4 || link?.endsWith('README'),
      ),
    },
    {
      text: 'Look up',
      items: [
        ...item('docs/glossary.md'),
        ...item('docs/errors.md'),
        ...item('docs/limits.md'),
        ...item('docs/benchmarks.md'),
        ...item('ARCHITECTURE.md'),
        ...item('CONTRIBUTING.md', 'Contributing'),
        { text: 'Decisions', collapsed: true, items: below('docs/decisions/') },
      ],
    },
  ].filter(({ items }) => items.length > 0);
}
