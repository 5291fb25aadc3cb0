/** Ctrl-C in the middle of a crawl: it ends by itself, with everything answered written, and the rest waiting. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@oxbow/testkit';
import { type CrawlStatistics, openSqliteFrontier } from '../../src/index.ts';
import { linksTo, type Route, serveSite } from './site.ts';

const test = suite('Ctrl-C');
test('ends a crawl cleanly, with exit code 130', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'oxbow-interrupt-'));
  let interrupt = (): void => {};
  const routes: Record<string, Route> = { '/': linksTo('/1', '/2', '/3', '/silent') };
  for (let page = 1; page < 50; page++) routes[`/${page}`] = linksTo(`/${page + 3}`);
  routes['/30'] = (_request, response) => {
    interrupt();
    response.end();
  };
  routes['/silent'] = () => {};
  const site = await serveSite(routes);
  try {
    const output = join(folder, 'pages.jsonl');
    const frontierPath = join(folder, 'frontier.db');
    const program = fileURLToPath(new URL('./interrupted-crawl.ts', import.meta.url));
    const child = spawn(process.execPath, [program, `${site.origin}/`, frontierPath, output], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    interrupt = () => void child.kill('SIGINT');
    let printed = '';
    child.stdout.on('data', (data) => {
      printed += data;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.is(code, 130);
    const [figures, error] = printed.trim().split('\n');
    assert.is(error, 'CancelledError');
    const statistics = JSON.parse(figures!) as CrawlStatistics;
    assert.is(statistics.state, 'ended');
    const rows = (await readFile(output, 'utf8')).trim().split('\n');
    assert.is(rows.length, statistics.pages);
    const frontier = await openSqliteFrontier(frontierPath);
    const { done, queued, leased } = await frontier.statistics();
    await frontier.close();
    assert.equal([done, leased], [rows.length, 0]);
    assert.ok(queued > 0);
  } finally {
    await site.close();
    await rm(folder, { recursive: true, force: true });
  }
});
test.run();
