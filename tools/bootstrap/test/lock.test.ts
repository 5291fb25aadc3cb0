import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, skipUnless, suite, until } from '@oxbow/testkit';
import { withLock } from '../src/lock.mjs';

const test = suite('the lock', { folder: '', path: '' });

test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'oxbow-lock-'));
  context.path = join(context.folder, 'deeper', 'setup.lock');
});
test.after.each(({ folder }) => rmSync(folder, { recursive: true }));

const patient = { timeoutMs: 10_000, onWait: () => {} };

test('is held while the body runs, and let go of after', async ({ path }) => {
  const result = await withLock(path, () => readFileSync(path, 'utf8'), patient);
  assert.is(Number.parseInt(result, 10), process.pid);
  assert.equal(readdirSync(join(path, '..')), []);
});

test('is let go of when the body throws', async ({ path }) => {
  await withLock(path, () => Promise.reject(new Error('wrong')), patient).then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.message, 'wrong'),
  );
  assert.not.ok(existsSync(path));
});

test('is waited for, and the owner is named once', async ({ path }) => {
  const owners: number[] = [];
  const order: string[] = [];
  await withLock(
    path,
    async () => {
      const second = withLock(path, () => order.push('second'), {
        ...patient,
        onWait: (owner) => owners.push(owner),
      });
      await until('the second to wait', () => owners.length === 1);
      // It looks several times while another, elsewhere, waits in vain.
      await withLock(
        `${path}-elsewhere`,
        () => withLock(`${path}-elsewhere`, () => {}, { timeoutMs: 250, onWait: () => {} }),
        patient,
      ).then(
        () => assert.unreachable(),
        () => {},
      );
      order.push('first');
      return { second };
    },
    patient,
  ).then(({ second }) => second);
  assert.equal(order, ['first', 'second']);
  assert.equal(owners, [process.pid]);
});

test('is given up on after its timeout, with a sentence that names the owner', async ({ path }) => {
  await withLock(
    path,
    async () => {
      const error = await withLock(path, () => {}, { timeoutMs: 1, onWait: () => {} }).then(
        () => undefined,
        (reason: Error) => reason,
      );
      assert.match(error?.message ?? '', `process ${process.pid} has held ${path} for too long`);
    },
    patient,
  );
});

test('is taken over from an owner that has ended', async ({ path, folder }) => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  await withLock(path, () => {}, patient);
  writeFileSync(path, String(pid));
  assert.is(await withLock(path, () => 'taken', patient), 'taken');
  assert.equal(readdirSync(join(folder, 'deeper')), []);
});

test('is taken over from a process that has got the number of one that ended', async ({ path }) => {
  skipUnless(process.platform === 'linux', 'only Linux tells when a process started');
  await withLock(path, () => {}, patient);
  writeFileSync(path, `${process.pid} 1`);
  assert.is(await withLock(path, () => 'taken', patient), 'taken');
});

test.run();
