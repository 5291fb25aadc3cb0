/** The page of results: a head that stays, and a section for each suite that its run replaces. */

/** What the page starts with. */
const HEAD = `# Benchmarks

Each section is written by one command that runs us and the peers in turn: every row is a process of its own, the rows of
a table take turns round by round, and medians count. Jobs that only compute are measured in processor time of the main
thread, so that neighbours on the machine do not count; what waits for sockets or threads is measured on the clock. Read the
ratios, not the absolute figures; the machine is named with them. Targets are shown with what was measured, met or not.

\`npm run bench\` runs everything, \`npm run bench -- loop\` one package, \`--quick\` a short run, \`--write\` this page.
`;

/** Puts a suite's section into the page: in the place of its last one, or at the end. */
export function replaceSection(page: string, suite: string, section: string): string {
  const [begin, end] = [`<!-- begin ${suite} -->`, `<!-- end ${suite} -->`];
  const block = `${begin}\n\n${section.trim()}\n\n${end}\n`;
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from !== -1 && to > from)
    return page.slice(0, from) + block + page.slice(to + end.length).replace(/^\n/, '');
  return `${page.trim() === '' ? HEAD : page.trimEnd()}\n${page.trim() === '' ? '' : '\n'}${block}`;
}
