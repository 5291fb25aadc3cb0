// covers: src/page/main.ts
// The page before two server processes: the one it is connected to is killed by its own button.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { faultsOf, launchChromium, openPage, VIEWS } from '@oxbow/shell/testing';
import { assert, suite } from '@oxbow/testkit';
import type { Browser } from 'playwright-core';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

interface Context {
  browser: Browser;
  chat: ChildProcess;
  url: string;
}

const test = suite<Context>('the page of a chat room on two server processes', {} as Context);

test.before(async (context) => {
  context.browser = await launchChromium();
  context.chat = spawn(process.execPath, [MAIN, '--port', '0', '--no-open', '--processes', '2']);
  context.url = await new Promise<string>((resolve) => {
    context.chat.stdout?.on('data', (text: Buffer) => {
      const url = /http:[^\s,]+/.exec(String(text))?.[0];
      if (url !== undefined) resolve(url);
    });
  });
});

test.after(async ({ browser, chat }) => {
  await browser?.close();
  chat?.kill('SIGKILL');
});

for (const view of [VIEWS[0]!, VIEWS.at(-1)!]) {
  test(`${view.width} px wide, ${view.scheme}: its process is killed, nothing is missed`, async ({
    browser,
    url,
  }) => {
    const { page } = await openPage(browser, url, view);
    const kill = page.locator('#kill', { hasText: /^Kill server process \d+$/ });
    await kill.waitFor();
    assert.equal(await faultsOf(page), []);
    const said = `a text at ${view.width} ${view.scheme}`;
    await page.locator('#room-title', { hasText: 'lobby' }).waitFor();
    const name = await kill.textContent();
    await kill.click();
    await page.fill('#text', said);
    await page.click('#composer button');
    await page.locator('#texts .said', { hasText: said }).waitFor();
    await page.locator('#kill', { hasNotText: name ?? '' }).waitFor();
    assert.is(await page.locator('#texts .missing').count(), 0);
    await page.context().close();
  });
}

test.run();
