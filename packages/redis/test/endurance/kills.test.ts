/** Workers and their server are killed again and again, at random; the outputs of all workers together hold each page once. */
import { assert, skipUnless, suite, until } from '@oxbow/testkit';
import { Project, type Running } from '../fixtures/crawl-command.ts';
import { LinkSite } from '../fixtures/link-site.ts';
import { isInstalled, NEEDS_SERVER, ThrowawayServer } from '../fixtures/redis-server.ts';

const test = suite('kills');
const PAGES = 400;
const WORKERS = 3;
const WORKER_KILLS = 12;
const SERVER_KILLS = 6;
const SEED = 7;

/** Mulberry32: small, and the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

for (const policy of ['everysec', 'always']) {
  test(`of workers and of a server that writes its append-only file ${policy}`, async () => {
    skipUnless(isInstalled('redis-server'), NEEDS_SERVER);
    const random = randomOf(SEED);
    const server = await ThrowawayServer.start({ args: ['--appendonly', 'yes', '--appendfsync', policy] });
    const project = await Project.make();
    const site = await LinkSite.serve(PAGES, 30);
    const url = `${server.url}?crawl=killed`;
    const outputs = Array.from({ length: WORKERS }, (_, at) => `w${at}.jsonl`);
    await project.run(
      `${site.origin}/`,
      '--frontier',
      url,
      '--out',
      outputs[0]!,
      '--max-pages',
      '1',
      '--ignore-robots',
    );
    await project.run('stop', url);
    const start = (at: number): Running =>
      at === 0
        ? project.start('resume', url, '--out', outputs[at]!, '--max-pages', '1000000')
        : project.start('worker', url, '--out', outputs[at]!);
    const workers = [start(0)];
    await until('it goes on', () => site.visits.length > 3);
    for (let at = 1; at < WORKERS; at++) workers.push(start(at));
    let visits = 0;
    for (let kill = 0; kill < WORKER_KILLS + SERVER_KILLS; kill++) {
      visits = site.visits.length + Math.ceil(random() * 15);
      await until('it has gone on', () => site.visits.length >= visits || site.visits.length > PAGES);
      if (kill % 3 === 2) {
        await server.kill();
        await server.start();
        continue;
      }
      const at = Math.floor(random() * WORKERS);
      workers[at]!.child.kill('SIGKILL');
      await workers[at]!.ended;
      workers[at] = start(at);
    }
    await Promise.all(workers.map(({ ended }) => ended));
    // What the last kill left out is fetched by one more, when its leases have run out.
    await project.run('resume', url, '--out', outputs[0]!);
    const urls = (await Promise.all(outputs.map((output) => project.urlsIn(output)))).flat();
    assert.equal([urls.length, new Set(urls).size], [PAGES + 1, PAGES + 1]);
    await site.close();
    await project.remove();
    await server.stop();
  });
}

test.run();
