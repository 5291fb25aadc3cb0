import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { assert, skipUnless, suite, until } from '@oxbow/testkit';
import { openInViewer } from '../../src/command/open-in-viewer.ts';

const test = suite<{ folder: string; path: string | undefined }>('the viewer of an output', {
  folder: '',
  path: undefined,
});

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'oxbow-viewer-'));
  context.path = process.env.PATH;
});

test.after.each(async ({ folder, path }) => {
  process.env.PATH = path;
  await rm(folder, { recursive: true });
});

test('is the one that the system starts for files', async ({ folder }) => {
  skipUnless(process.platform === 'linux', 'the stand-in is called as Linux calls it');
  const viewer = join(folder, 'xdg-open');
  await writeFile(viewer, `#!/bin/sh\nprintf %s "$1" > "${join(folder, 'shown')}"\n`);
  await chmod(viewer, 0o755);
  process.env.PATH = [folder, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
  await openInViewer('pages.jsonl');
  const shown = () => readFile(join(folder, 'shown'), 'utf8').catch(() => '');
  await until('the viewer to be started', async () => (await shown()) === 'pages.jsonl');
});

test('is none where the system has none', async ({ folder }) => {
  process.env.PATH = folder;
  assert.is(await openInViewer('pages.jsonl'), undefined);
});

test.run();
