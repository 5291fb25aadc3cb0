/** A frontier by its URL, for the crawler: opened once the crawl knows what it asks of it. */
import type { Frontier, FrontierOpener, FrontierOpening } from '@oxbow/crawler';
import { parseRedisUrl } from '../connection/redis-url.ts';
import { checkedCrawl, openRedisFrontier } from './open-frontier.ts';

/**
 * What opens the frontier at a URL: `new Crawler({ seeds, frontier: frontierAt('redis://host?crawl=docs') })`. The crawl sets its limits,
 * and closes it.
 * @throws RedisOptionError, CrawlerOptionError for a URL that cannot be used
 */
export function frontierAt(url: string): FrontierOpener {
  const address = parseRedisUrl(url, ['crawl']);
  const crawl = checkedCrawl(address.parameters.crawl);
  return {
    name: `${address.name}?crawl=${crawl}`,
    open: async ({ create, output, optionsFor }: FrontierOpening): Promise<Frontier> => {
      const frontier = await openRedisFrontier(address, {
        crawl,
        output,
        mode: create ? 'either' : 'attach',
      });
      try {
        if (optionsFor !== undefined) {
          const { now: _server, ...limits } = optionsFor(await frontier.rules());
          await frontier.limit(limits);
        }
        return frontier;
      } catch (error) {
        await frontier.close();
        throw error;
      }
    },
  };
}
