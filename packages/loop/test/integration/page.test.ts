import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assert, skipUnless, suite } from '@oxbow/testkit';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';

const test = suite('in a page');

const fixture = fileURLToPath(new URL('../fixtures/in-page.ts', import.meta.url));
const places = [process.env.OXBOW_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'];
const executablePath = places.find((place) => place !== undefined && existsSync(place));

skipUnless(
  executablePath !== undefined,
  'no Chromium here: install Debian\'s "chromium", or name one by OXBOW_CHROMIUM',
);

const results: Record<string, unknown> = await inChromium();

/** Runs the programs of the fixture in a page, from one file that was built for pages. */
async function inChromium(): Promise<Record<string, unknown>> {
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
    return (await page.evaluate('programs.runAll()')) as Record<string, unknown>;
  } finally {
    await browser.close();
  }
}

for (const [title, expected] of Object.entries({
  'queue, group, cancellation and cleanup': ['one', 'two', 'three', 'cleaned up'],
  'the task, its context and its signal hold across waits': [
    ['a', 'a', false],
    ['b', 'b', false],
  ],
  'a deadline ends what is inside': 'TimeoutError: Timed out after 5 ms',
  'time jumps on a virtual clock': 3_600_000,
  'the page gets its share while tasks are busy': true,
  'an abort from outside cancels the program': 'CancelledError: Cancelled: left the page',
  'an async body has its task until its first await': ['program', undefined],
  'an async body waits on the loop of its program': 3_600_000,
  'scopes and groups around async bodies end with them': [1, 2, 'AggregateError'],
  'debug mode tells slow callbacks afterwards, and Ops never started': [
    ['never-started', ''],
    ['slow-callback', 'holder'],
  ],
  'what was left behind is cancelled, and a failure nobody looks at is told': [
    'A failure was never looked at (lost): RangeError: nobody looks',
    'left ended',
  ],
  'a snapshot and a trace': [
    [
      ['program', []],
      ['waiter', ['sleep']],
    ],
    true,
  ],
})) {
  test(title, () => {
    assert.equal(results[title], expected);
  });
}

test.run();
