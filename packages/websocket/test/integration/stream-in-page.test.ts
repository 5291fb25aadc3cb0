/** `@oxbow/loop` and `@oxbow/stream` in Chromium, over the browser's door of this package. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assert, skipUnless, suite, until } from '@oxbow/testkit';
import { serve } from '@oxbow/websocket';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';

const test = suite('streams in a page');

const fixture = fileURLToPath(new URL('../fixtures/stream-in-page.ts', import.meta.url));
const places = [process.env.OXBOW_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'];
const executablePath = places.find((place) => place !== undefined && existsSync(place));

skipUnless(
  executablePath !== undefined,
  'no Chromium here: install Debian\'s "chromium", or name one by OXBOW_CHROMIUM',
);

const returned: string[] = [];
const results: Record<string, unknown> = await inChromium();

/** Runs the programs of the fixture in a page, from one file that was built for pages. */
async function inChromium(): Promise<Record<string, unknown>> {
  const server = await serve(
    async (socket) => {
      for (let i = 0; i < 100; i++) await socket.send(String(i));
      for await (const message of socket) returned.push(String(message));
    },
    { origins: '*' },
  );
  const { outputFiles } = await build({
    entryPoints: [fixture],
    bundle: true,
    format: 'iife',
    globalName: 'programs',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  });
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'];
  const browser: Browser = await chromium.launch({ executablePath: executablePath!, args, timeout: 0 });
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: outputFiles[0]!.text });
    const told = await page.evaluate(`programs.runAll(${JSON.stringify(server.url)})`);
    // The page has sent them all; the handler reads the last of them in its own time.
    await until('the handler has read 100 messages', () => returned.length === 100);
    return told as Record<string, unknown>;
  } finally {
    await browser.close();
    await server.close();
  }
}

for (const [title, expected] of Object.entries({
  'a task group with a timeout': [['TimeoutError', 'the long one is cancelled'], ['enough']],
  'mapAsync holds back what a WebSocket brings': {
    inOrder: true,
    mostPending: 4,
    isHeldBack: true,
    dropped: 0,
  },
  'channels, shared streams and the names of RxJS': [
    [
      [
        [0, 0],
        [1, 10],
        [2, 20],
        [3, 30],
      ],
      [
        [4, 40],
        [5, 50],
      ],
    ],
    [['a', 'aa'], ['b']],
  ],
  'web streams both ways, and no Readable': [[1, 2, 3], 'ERR_OXBOW_STREAM_INPUT'],
  'the page paints while a stream is read': true,
})) {
  test(title, () => {
    assert.equal(results[title], expected);
  });
}

test('what was mapped in the page has come back to the server', () => {
  assert.equal(
    returned,
    Array.from({ length: 100 }, (_, i) => String(i * 2)),
  );
});

test.run();
