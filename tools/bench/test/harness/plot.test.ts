import { assert, suite } from '@oxbow/testkit';
import { withPlots } from '../../src/harness/plot.ts';

const test = suite('plots');

const table = (rows: readonly string[]): string =>
  ['|  | median, ns | min–max | ÷ ours |', '| --- | ---: | ---: | ---: |', ...rows].join('\n');
const page = (rows: readonly string[]): string =>
  `# Benchmarks\n\n<!-- begin loop -->\n\n## Loop\n\n### Spawn, \`one\` by one\n\nAbout it.\n\n${table(rows)}\n\n<!-- end loop -->\n`;

const ROWS = ['| ours | 100 | 90–110 | 1 |', '| peer \\| <b> | 200 | 190–210 | 2 |'];

test('a table of figures gets a picture, which has the figures as text too', () => {
  const drawn = withPlots(page(ROWS));
  assert.equal(
    drawn.plots.map(({ file }) => file),
    ['loop-spawn-one-by-one.svg'],
  );
  assert.match(
    drawn.page,
    'About it.\n\n![Spawn, `one` by one](benchmarks/loop-spawn-one-by-one.svg)\n\n|  | median',
  );
  assert.match(
    drawn.plots[0]?.svg ?? '',
    'aria-label="Spawn, `one` by one: ours 100 ns, peer | &lt;b> 200 ns"',
  );
});

test('drawn again, the page stays as it is', () => {
  const once = withPlots(page(ROWS)).page;
  assert.is(withPlots(once).page, once);
});

test('bars are as long as their figures, and ours is marked', () => {
  const svg = withPlots(page(ROWS)).plots[0]?.svg ?? '';
  const bars = [...svg.matchAll(/<rect .*width="([\d.]+)".*class="(\w+)"/g)].map(([, width, kind]) => [
    Number(width),
    kind,
  ]);
  assert.equal(bars, [
    [190, 'our'],
    [380, 'peer'],
  ]);
  assert.not.match(svg, 'logarithmic');
});

test('lengths are logarithmic where the short ones could not be seen, and it is said', () => {
  const svg = withPlots(page(['| ours | 1 | | |', '| a | 10 | | |', '| b | 1000 | | |'])).plots[0]?.svg ?? '';
  const widths = [...svg.matchAll(/<rect .*width="([\d.]+)"/g)].map(([, width]) => Number(width));
  assert.equal(widths, [38, 152, 380]);
  assert.match(svg, 'ns, logarithmic; shorter is less');
});

test('what is no table of medians, or has one bar, gets none', () => {
  assert.equal(withPlots('### Targets\n\n| target | wanted |\n|---|---|\n| a | 1 |\n').plots, []);
  assert.equal(withPlots(page(['| ours | 1 | | |', '| peer | – | not measured | |'])).plots, []);
});

test.run();
