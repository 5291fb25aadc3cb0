/** The verbs about a crawl that several processes work on: how it stands, and what all of them are to do. */
import type { FrontierState } from '../frontier/frontier.ts';
import type { FrontierWorker } from '../frontier/frontier-opener.ts';
import { storedRules } from '../options/stored-rules.ts';
import type { Surroundings } from './crawl-verb.ts';
import { printable } from './look-verbs.ts';
import { describeCrawl, withKeptFrontier } from './stored-crawl.ts';

const DONE: Readonly<Record<FrontierState, string>> = {
  running: 'all workers go on',
  paused: 'all workers pause: what is being fetched is finished; `oxbow-crawl resume` goes on',
  stopping: 'all workers end; `oxbow-crawl resume` lets others begin',
};

/** Tells all workers of a crawl what to do. */
export async function controlVerb(
  frontier: string,
  state: FrontierState,
  { stdout, folder }: Surroundings,
): Promise<number> {
  const { queued, leased } = await withKeptFrontier(frontier, folder, async (opened) => {
    await opened.control(state);
    return opened.statistics();
  });
  stdout.write(`${DONE[state]} (${queued} URLs wait, ${leased} are out)\n`);
  return 0;
}

/** How a shared crawl stands, and who works on it. */
export async function statusVerb(frontier: string, { stdout, folder }: Surroundings): Promise<number> {
  const lines = await withKeptFrontier(frontier, folder, async (opened, name) => {
    const rules = storedRules(await opened.rules(), name);
    const statistics = await opened.statistics();
    const workers = 'workers' in opened ? await (opened as WithWorkers).workers() : [];
    return [
      `state: ${statistics.state}`,
      ...describeCrawl(rules, statistics),
      `workers: ${workers.length}`,
      ...workers.map(inWords),
    ];
  });
  stdout.write(`${lines.map(printable).join('\n')}\n`);
  return 0;
}

/** An engine that knows who works. */
interface WithWorkers {
  workers(): Promise<readonly FrontierWorker[]>;
}

function inWords({ host, pid, output, settled, endsInMs }: FrontierWorker): string {
  const file = output === '' ? 'no output' : output;
  const silent = endsInMs === 0 ? ', gone' : '';
  return `  ${host} (process ${pid}) writes ${file}: ${settled} URLs settled${silent}`;
}
