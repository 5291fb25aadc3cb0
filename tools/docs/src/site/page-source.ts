/**
 * One Markdown file of the repository as a page of the site. Pure: text in, text out. Links between Markdown files stay as they are, because the
 * site keeps the repository's folders; links to anything else lead to the file on the forge.
 */
import { posix } from 'node:path';

/** Where the repository's files are shown. */
export interface Forge {
  /** Such as `https://github.com/owner/name`. */
  readonly url: string;
}

const LINK = /(!?\[(?:[^\]\\]|\\.)*\]\()([^)\s]+)((?:\s+"[^"]*")?\))/g;
const FENCE = /^(\s*)(```+|~~~+)/;

/**
 * The page's source.
 *
 * @param path of the file from the repository's root
 * @param isPage whether a file of the repository is a page of the site
 */
export function pageSource(
  markdown: string,
  path: string,
  isPage: (path: string) => boolean,
  { url }: Forge,
): string {
  let fence: string | undefined;
  return markdown
    .split('\n')
    .map((line) => {
      const [, , marks] = FENCE.exec(line) ?? [];
      if (marks !== undefined) {
        if (fence === undefined) fence = marks;
        else if (marks.startsWith(fence)) fence = undefined;
        return fence === undefined ? line : withoutFenceWords(line);
      }
      return fence === undefined
        ? escapeTags(line).replace(
            LINK,
            (_, before: string, target: string, after: string) => before + leadTo(target) + after,
          )
        : line;
    })
    .join('\n');

  function leadTo(target: string): string {
    if (/^([a-z][a-z0-9+.-]*:|#|\/)/i.test(target)) return target;
    const [file = '', fragment] = target.split('#', 2);
    const full = posix.join(posix.dirname(path), file);
    if (isPage(full) || /\.(png|svg|jpg)$/.test(full)) return target;
    const kind = file.endsWith('/') ? 'tree' : 'blob';
    return `${url}/${kind}/main/${full}${fragment === undefined ? '' : `#${fragment}`}`;
  }
}

/** `ts continued` and `ts ignore: why` are words for the checker of snippets; the site's highlighter knows `ts`. */
function withoutFenceWords(line: string): string {
  return line.replace(/^(\s*(?:```+|~~~+)\s*[\w-]+).*$/, '$1');
}

/** A tag-like word in prose, such as `<ms>`, is text; the site's compiler would take it for a component. Code spans are left alone. */
function escapeTags(line: string): string {
  return line
    .split(/(`+[^`]*`+)/)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part
            .replace(
              /<(?!\/?(?:sub|sup|br|em|strong|code|kbd|a|img|p|div|details|summary)\b|https?:)/g,
              '&lt;',
            )
            .replace(/\{\{/g, '&#123;&#123;'),
    )
    .join('');
}
