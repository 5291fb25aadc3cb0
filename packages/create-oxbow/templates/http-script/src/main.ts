/** npm start [-- https://example.org/ …]: prints how each URL answered. The exit code is 1 when one did not answer with 2xx. */
import { Session } from '@oxbow/http';
import { run } from '@oxbow/loop';
import { checkUrls } from './check-urls.ts';

const given = process.argv.slice(2);
const urls = given.length > 0 ? given : ['https://example.org/', 'https://example.com/'];

await run(async () => {
  const session = new Session({
    limits: { perOrigin: 4, total: 20 },
    retry: { maxAttempts: 2 },
    timeouts: { totalMs: 10_000 },
  });
  const rows = await checkUrls(session, urls);
  console.table(rows);
  const isFine = rows.every(({ result }) => typeof result === 'number' && result >= 200 && result < 300);
  process.exitCode = isFine ? 0 : 1;
});
