import { join } from 'node:path';
import { assert, suite } from '@oxbow/testkit';
import { type FileResult, runFiles } from '../src/run-files.ts';
import { fixtureFolder, runFixture } from './run-fixture.ts';

/** Runs the files of fixtures, `folder` or `folder/file`, in one process as far as that goes. */
async function runTogether(names: readonly string[], timeoutMs = 600_000): Promise<readonly FileResult[]> {
  const files = names.map((name) => {
    const [folder = '', file = folder] = name.split('/');
    return join(fixtureFolder(folder), `test/${file}.test.ts`);
  });
  const results: FileResult[] = [];
  const env = { ...process.env, NO_COLOR: '1', OXBOW_HANDLE_GRACE: '500' };
  for await (const result of runFiles(files, { timeoutMs, env, shared: true })) results.push(result);
  return results;
}

const titlesOf = (results: readonly FileResult[]) =>
  results.map(({ problems }) => problems.map(({ title }) => title).join(' '));

const test = suite('running a file');

test('fails when its tests end the process, and names the one that was running', async () => {
  const { exitCode, failed, output } = await runFixture('exit');
  assert.is(exitCode, 1);
  assert.equal(failed, ['<died>']);
  assert.match(output, 'while "ends the process as if all were well" was running: look for process.exit');
});

test('fails on an unhandled rejection', async () => {
  const { exitCode, failed, output } = await runFixture('unhandled');
  assert.is(exitCode, 1);
  assert.equal(failed, ['<died>']);
  assert.match(output, 'nobody looked');
});

test('fails when the process ends badly after its last test', async () => {
  const { exitCode, failed } = await runFixture('exit-code');
  assert.is(exitCode, 1);
  assert.equal(failed, ['<exit code>']);
});

test('fails when the file throws at its top, and shows the error', async () => {
  const { exitCode, failed, output } = await runFixture('broken-import');
  assert.is(exitCode, 1);
  assert.equal(failed, ['<died>']);
  assert.match(output, 'broken at the top');
});

test('ends the processes that a test left behind', async () => {
  const { exitCode, results } = await runFixture('child');
  assert.is(exitCode, 0);
  assert.ok(results.ms < 30_000, 'must not wait for the process that holds the output');
});

test('goes on with the next file in the same process, with a log for each', async () => {
  const [first, second] = await runTogether(['green', 'thrown']);
  assert.match(first?.log ?? '', / green .*\(2 \/ 2\)/);
  assert.not.match(first?.log ?? '', 'thrown');
  assert.match(second?.log ?? '', / thrown .*\(0 \/ 4\)/);
  assert.not.match(second?.log ?? '', ' green ');
  assert.equal([first?.problems.length, second?.problems.length], [0, 4]);
});

for (const [trap, title] of [
  ['only', '<only>'],
  ['skip', '<skip>'],
  ['no-run', '<never run>'],
  ['late', '<too late>'],
  ['no-tests', '<no tests>'],
  ['exit-code', '<exit code>'],
  ['leak', '<handles left>'],
  ['exit', '<died>'],
  ['unhandled', '<died>'],
  ['broken-import', '<died>'],
  ['changes', '<left behind>'],
  ['exit-listener', '<exit code>'],
  ['child', ''],
] as const) {
  test(`names the right file between two others that pass: ${trap}`, async () => {
    assert.equal(titlesOf(await runTogether(['green', trap, 'green/colour'])), ['', title, '']);
  });
}

test('names the right file between two others that pass: hung-file', async () => {
  const isHung = (titles: readonly string[]) => titles.join() === ',<hung>,';
  let titles: readonly string[] = [];
  // On a busy machine those that pass may not have ended by then: the next try waits longer.
  for (let timeoutMs = 1_000; !isHung(titles); timeoutMs *= 2) {
    titles = titlesOf(await runTogether(['green', 'hung-file', 'green/colour'], timeoutMs));
    assert.is(titles[1], '<hung>');
  }
});

test('says what a file left changed', async () => {
  const [{ problems }] = (await runTogether(['changes'])) as [FileResult];
  assert.is(
    problems[0]?.message,
    "left changed what the next file in its process sees: globalThis.leftBehind is new, the environment's " +
      "OXBOW_LEFT_BEHIND is set, process has 1 'SIGUSR2' listeners more. Put it back in after.",
  );
});

test.run();
