/** The first page of the Markdown reference: the packages and their doors. Text in, text out. */
import type { DocumentedPackage } from './door.ts';

/** Renders the page that links to every other. */
export function renderIndex(packages: readonly DocumentedPackage[]): string {
  const rows = packages.map(({ description, doors }) => {
    const links = doors.map(({ specifier, page }) => `[\`${specifier}\`](${page}.md)`);
    return `| ${links.join('<br>')} | ${description.replaceAll('|', '\\|')} |`;
  });
  return `# Reference

Every export of the packages, one page for each door. Made by \`npm run docs\` from the comments in the sources: change
them there.

| door | what it is |
|---|---|
${rows.join('\n')}
`;
}
