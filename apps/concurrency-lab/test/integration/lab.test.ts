import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { faultsOf, launchChromium, openPage, VIEWS } from '@oxbow/shell/testing';
import { assert, suite } from '@oxbow/testkit';
import type { Browser } from 'playwright-core';
import { MODELS } from '../../src/experiment.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

function start(words: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...words]);
}

async function outcomeOf(
  child: ChildProcess,
): Promise<{ readonly output: string; readonly exitCode: number | null }> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (output += text));
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { output, exitCode };
}

const terminal = suite('the lab on the terminal');

terminal('measures every model and prints a line for each number of jobs', async () => {
  const { output, exitCode } = await outcomeOf(
    start(['--no-ui', '--jobs', '1,4', '--job-ms', '10', '--workers', '2']),
  );
  assert.match(output, new RegExp(`N +${MODELS.map(({ name }) => name).join(' +')}\n`));
  assert.match(output, /\n +1( +\d+ \(\d+\)){5}\n +4( +\d+ \(\d+\)){5}\n$/);
  assert.is(exitCode, 0);
});

terminal('refuses what it does not know in one sentence, with exit code 2', async () => {
  assert.equal(await outcomeOf(start(['--fast'])), {
    output: 'oxbow: --fast is no option: npm run lab -- --help lists them\n',
    exitCode: 2,
  });
});

terminal.run();

interface Context {
  browser: Browser;
  lab: ChildProcess;
  url: string;
}

// covers: src/lab-site.ts, src/lab.ts, src/work.ts, src/page/main.ts
const page = suite<Context>('the page of the lab', {} as Context);

page.before(async (context) => {
  context.browser = await launchChromium();
  context.lab = start(['--port', '0', '--no-open', '--jobs', '1,5,20', '--job-ms', '5', '--workers', '2']);
  context.url = await new Promise<string>((resolve) => {
    context.lab.stdout?.on('data', (text: Buffer) => {
      const url = /http:\S+/.exec(String(text))?.[0];
      if (url !== undefined) resolve(url);
    });
  });
});

page.after(async ({ browser, lab }) => {
  await browser?.close();
  lab?.kill('SIGKILL');
});

for (const view of VIEWS) {
  page(
    `${view.width} px wide, ${view.scheme}: nothing on the console, nothing axe-core minds`,
    async ({ browser, url }) => {
      const { page: tab, complaints } = await openPage(browser, url, view);
      await tab.waitForSelector('#models label:nth-of-type(5)');
      await tab.waitForSelector('header nav li:nth-child(5)');
      assert.equal(await faultsOf(tab), []);
      assert.equal(complaints, []);
      await tab.context().close();
    },
  );
}

page('measures what was chosen, and draws and lists it', async ({ browser, url }) => {
  const { page: tab } = await openPage(browser, url);
  await tab.waitForSelector('#models label:nth-of-type(5)');
  await tab.locator('#models label', { hasText: /^processes$/ }).click();
  await tab.click('#run');
  await tab.locator('#state', { hasText: 'measured' }).waitFor();
  const rows = await tab.locator('#table tr').allTextContents();
  assert.is(rows.length, 4);
  assert.match(rows[3] ?? '', /^20\d+ \(\d+\)\d+ \(\d+\)\d+ \(\d+\)–\d+ \(\d+\)$/);
  assert.equal(await faultsOf(tab), []);
  await tab.context().close();
});

page('an experiment is stopped from the page, and the next one can be made', async ({ browser, url }) => {
  const { page: tab } = await openPage(browser, url);
  await tab.waitForSelector('#models label:nth-of-type(5)');
  await tab.fill('#jobs', '200');
  await tab.locator('#job-ms').fill('20');
  await tab.click('#run');
  await tab.locator('#run', { hasText: 'Stop' }).click();
  await tab.locator('#state', { hasText: 'stopped' }).waitFor();
  await tab.fill('#jobs', '1');
  await tab.click('#run');
  await tab.locator('#state', { hasText: 'measured' }).waitFor();
  await tab.context().close();
});

page('numbers that cannot be are refused in words', async ({ browser, url }) => {
  const { page: tab } = await openPage(browser, url);
  await tab.waitForSelector('#models label:nth-of-type(5)');
  await tab.fill('#jobs', 'many');
  await tab.click('#run');
  await tab.locator('#state', { hasText: 'whole numbers from 1 to 10000' }).waitFor();
  await tab.context().close();
});

page('Ctrl-C ends it with 130', async ({ lab }) => {
  const ended = new Promise((resolve) => lab.once('close', resolve));
  lab.kill('SIGINT');
  assert.is(await ended, 130);
});

page.run();
