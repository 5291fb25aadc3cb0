/**
 * The tables of the results page as bar charts in SVG: one for each, drawn from the figures that stand on the page. So a chart never says
 * anything else than its table.
 */

/** A bar: a row of a table with its median. */
interface Bar {
  readonly name: string;
  readonly value: number;
  /** The figure as it stands in the table. */
  readonly figure: string;
}

/** A chart of one table. */
export interface Plot {
  /** Name of its file: `loop-spawn-and-join-one-by-one.svg`. */
  readonly file: string;
  readonly title: string;
  readonly svg: string;
}

const WIDTH = 560;
/** What a letter of a label takes at most, and what all labels may take. */
const LETTER = 7.4;
const MAX_LABELS = 320;
const FIGURES = 80;
const ROW = 26;
const HEAD = 40;
/** Where the longest bar is so many times the shortest, lengths are logarithmic: else the short ones could not be seen. */
const LOGARITHMIC_FROM = 30;
/** Where the pictures are, from the page. */
const FOLDER = 'benchmarks';

/** The page with a picture under the heading of each table of figures, and the pictures. */
export function withPlots(page: string): { readonly page: string; readonly plots: readonly Plot[] } {
  const plots: Plot[] = [];
  let suite = '';
  let title = '';
  const lines: string[] = [];
  let table: string[] = [];
  const bare = page.split('\n').filter((line) => !line.startsWith('![') || !line.includes(`](${FOLDER}/`));
  for (const line of [...withoutDoubleGaps(bare), '']) {
    suite = /^<!-- begin (.*) -->$/.exec(line)?.[1] ?? suite;
    title = /^### (.*)$/.exec(line)?.[1] ?? title;
    if (line.startsWith('|')) {
      table.push(line);
      continue;
    }
    if (table.length > 0) {
      const plot = plotOf(suite, title, table);
      if (plot !== undefined) {
        plots.push(plot);
        lines.push(`![${title}](${FOLDER}/${plot.file})`, '');
      }
      lines.push(...table);
      table = [];
    }
    lines.push(line);
  }
  return { page: `${lines.join('\n').trimEnd()}\n`, plots };
}

/** Taking a picture out leaves two empty lines. */
function withoutDoubleGaps(lines: readonly string[]): readonly string[] {
  return lines.filter((line, at) => line !== '' || lines[at - 1] !== '');
}

function plotOf(suite: string, title: string, table: readonly string[]): Plot | undefined {
  const rows = table.map((line) =>
    line
      .replaceAll('\\|', '¦')
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replaceAll('¦', '|')),
  );
  const unit = /^median, (.*)$/.exec(rows[0]?.[1] ?? '')?.[1];
  if (unit === undefined) return undefined;
  const bars = rows
    .slice(2)
    .map(([name = '', figure = '']) => ({ name: name.replaceAll('`', ''), figure, value: Number(figure) }))
    .filter(({ value }) => value > 0);
  if (bars.length < 2) return undefined;
  return { file: `${suite}-${slug(title)}.svg`, title, svg: draw(title, unit, bars) };
}

function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

function draw(title: string, unit: string, bars: readonly Bar[]): string {
  const values = bars.map(({ value }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const isLogarithmic = most / least > LOGARITHMIC_FROM;
  const longest = Math.max(...bars.map(({ name }) => name.length));
  const labels = Math.min(MAX_LABELS, Math.max(100, Math.round(longest * LETTER + 20)));
  const room = WIDTH - labels - FIGURES;
  // The shortest bar of a logarithmic chart is a tenth: it still can be seen.
  const length = (value: number): number =>
    isLogarithmic
      ? room * (0.1 + 0.9 * (Math.log(value / least) / Math.log(most / least)))
      : Math.max(2, (room * value) / most);
  const height = HEAD + ROW * bars.length + 8;
  const note = `${unit}${isLogarithmic ? ', logarithmic' : ''}; shorter is less`;
  const drawn = bars.map(({ name, figure, value }, at) => {
    const y = HEAD + ROW * at;
    const isOurs = /^(ours|oxbow|@oxbow|session)/i.test(name);
    const end = labels + length(value);
    return [
      `<text x="${labels - 8}" y="${y + 15}" text-anchor="end"${isOurs ? ' class="ours"' : ''}>${escaped(name)}</text>`,
      `<rect x="${labels}" y="${y + 3}" width="${(end - labels).toFixed(1)}" height="${ROW - 9}" rx="3" class="${isOurs ? 'our' : 'peer'}"/>`,
      `<text x="${(end + 6).toFixed(1)}" y="${y + 15}" class="figure">${escaped(figure)}</text>`,
    ].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(`${title}: ${bars.map(({ name, figure }) => `${name} ${figure} ${unit}`).join(', ')}`)}">
<style>
text { font: 13px system-ui, sans-serif; fill: #33404d; }
.note { font-size: 11px; fill: #5b6875; }
.title, .ours { font-weight: 600; }
.figure { font-variant-numeric: tabular-nums; }
.our { fill: #1f7a8c; }
.peer { fill: #b8c4ce; }
@media (prefers-color-scheme: dark) {
text { fill: #d8dfe6; }
.note { fill: #9aa7b3; }
.our { fill: #4fb3c8; }
.peer { fill: #4a5763; }
}
</style>
<text x="8" y="16" class="title">${escaped(title.replaceAll('`', ''))}</text>
<text x="8" y="32" class="note">${escaped(note)}</text>
${drawn.join('\n')}
</svg>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
