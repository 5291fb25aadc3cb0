import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { faultsOf, launchChromium, openPage, VIEWS } from '@oxbow/shell/testing';
import { assert, suite } from '@oxbow/testkit';
import type { Browser, Page } from 'playwright-core';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

function start(words: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...words]);
}

async function outcomeOf(child: ChildProcess): Promise<{ output: string; exitCode: number | null }> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (output += text));
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { output, exitCode };
}

interface Context {
  browser: Browser;
  chat: ChildProcess;
  url: string;
}

// covers: src/main.ts, src/chat-room.ts, src/page/main.ts, src/page/view.ts, src/page/figures.ts
const test = suite<Context>('the page of the chat room', {} as Context);

test.before(async (context) => {
  context.browser = await launchChromium();
  context.chat = start(['--port', '0', '--no-open', '--members', '60']);
  context.url = await new Promise<string>((resolve) => {
    context.chat.stdout?.on('data', (text: Buffer) => {
      const url = /http:\S+/.exec(String(text))?.[0];
      if (url !== undefined) resolve(url);
    });
  });
});

test.after(async ({ browser, chat }) => {
  await browser?.close();
  chat?.kill('SIGKILL');
});

async function say(page: Page, text: string): Promise<void> {
  await page.fill('#text', text);
  await page.click('#composer button');
}

for (const view of VIEWS) {
  test(`${view.width} px wide, ${view.scheme}: nothing on the console, nothing axe-core minds`, async ({
    browser,
    url,
  }) => {
    const { page, complaints } = await openPage(browser, url, view);
    await page.locator('#rooms button', { hasText: 'crowd-1' }).click();
    await page.locator('#texts .said').first().waitFor();
    await page.locator('#people li').nth(20).waitFor();
    await page.click('#race-start');
    await page.locator('#race-table tr:nth-child(3)').waitFor();
    await page.waitForSelector('header nav li:nth-child(5)');
    assert.equal(await faultsOf(page), []);
    await page.click('#race-stop');
    await page.waitForSelector('#race-stop:disabled');
    assert.equal(complaints, []);
    await page.context().close();
  });
}

test('two people talk, see each other and each other writing', async ({ browser, url }) => {
  const { page: ann } = await openPage(browser, url);
  const { page: bob } = await openPage(browser, url);
  await ann.fill('#my-name', 'Ann');
  await ann.click('#me button');
  await bob.locator('#people li', { hasText: /^Ann$/ }).waitFor();
  await bob.locator('#text').pressSequentially('hi');
  await ann.locator('#typing', { hasText: 'is writing…' }).waitFor();
  await bob.click('#composer button');
  await ann.locator('#texts .said', { hasText: 'hi' }).waitFor();
  await say(ann, '<b>hello</b>');
  await bob
    .locator('#texts .said', { hasText: 'Ann' })
    .locator('.text', { hasText: '<b>hello</b>' })
    .waitFor();
  await bob.fill('#room-name', 'attic');
  await bob.click('#new-room button');
  await bob.locator('#room-title', { hasText: 'attic' }).waitFor();
  assert.is(await bob.locator('#texts .said').count(), 0);
  await ann.locator('#rooms button', { hasText: 'attic 1 person' }).waitFor();
  await bob.fill('#room-name', 'no room');
  await bob.click('#new-room button');
  await bob.locator('#fault', { hasText: 'letters, digits and hyphens' }).waitFor();
  for (const page of [ann, bob]) await page.context().close();
});

test('what is said around a restart arrives, in order and once', async ({ browser, url }) => {
  const { page: ann } = await openPage(browser, url);
  const { page: bob } = await openPage(browser, url);
  for (const page of [ann, bob]) {
    await page.locator('#rooms button', { hasText: 'workshop' }).click();
    await page.locator('#room-title', { hasText: 'workshop' }).waitFor();
  }
  const texts = Array.from({ length: 12 }, (_, at) => `text ${at + 1}`);
  await ann.click('#restart');
  for (const text of texts) await say(ann, text);
  for (const page of [ann, bob]) await page.locator('#state', { hasText: 'back, nothing missed' }).waitFor();
  await say(ann, 'last');
  for (const page of [ann, bob]) {
    await page.locator('#texts .said .text', { hasText: 'last' }).waitFor();
    assert.equal(await page.locator('#texts .said .text').allTextContents(), [...texts, 'last']);
    assert.is(await page.locator('#texts .missing').count(), 0);
    await page.context().close();
  }
});

test('a port that is taken is told in one sentence, with exit code 2', async ({ url }) => {
  const { port } = new URL(url);
  assert.equal(await outcomeOf(start(['--port', port, '--no-open'])), {
    output: `oxbow: port ${port} cannot be used (it is in use): name another with --port, or 0 for a free one\n`,
    exitCode: 2,
  });
});

test('Ctrl-C ends it with 130, whoever is connected', async ({ browser, url, chat }) => {
  const { page } = await openPage(browser, url);
  await page.waitForSelector('#rooms button');
  const ended = new Promise((resolve) => chat.once('close', resolve));
  chat.kill('SIGINT');
  assert.is(await ended, 130);
  await page.context().close();
});

test.run();
