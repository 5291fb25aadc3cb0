/** Every page of the article: on a telephone and on a desk, by day and by night. */
import type { ChildProcess } from 'node:child_process';
import { launchChromium, VIEWS } from '@oxbow/shell/testing';
import { suite } from '@oxbow/testkit';
import type { Browser } from 'playwright-core';
import { EVERY_PAGE, inspectPages, startReader } from '../reader.ts';

interface Context {
  browser: Browser;
  reader: ChildProcess;
  url: string;
}

const test = suite<Context>('the article in every view', {} as Context);

test.before(async (context) => {
  context.browser = await launchChromium();
  Object.assign(context, await startReader());
});

test.after(async ({ browser, reader }) => {
  await browser?.close();
  reader?.kill('SIGKILL');
});

for (const view of VIEWS) {
  test(`${view.width} px wide, ${view.scheme}`, ({ browser, url }) =>
    inspectPages(browser, url, view, EVERY_PAGE));
}

test.run();
