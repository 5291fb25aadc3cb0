import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '@oxbow/testkit';
import { boundCompileCache } from '../src/compile-cache.mjs';

const test = suite('the compile cache', { folder: '' });

test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'oxbow-compile-cache-'));
  for (const [version, sources] of Object.entries({ v24: 2, v22: 3 })) {
    mkdirSync(join(context.folder, version));
    for (let source = 0; source < sources; source += 1)
      writeFileSync(join(context.folder, version, `${source}`), '');
  }
});
test.after.each(({ folder }) => rmSync(folder, { recursive: true }));

test('is left as it is up to its bound', ({ folder }) => {
  assert.is(boundCompileCache(folder, 3), folder);
  assert.equal(readdirSync(folder).sort(), ['v22', 'v24']);
});

test('loses the sources of a Node version that has more', ({ folder }) => {
  boundCompileCache(folder, 2);
  assert.equal(readdirSync(folder), ['v24']);
});

test('need not be there yet', () => {
  assert.is(boundCompileCache('/no/such/folder'), '/no/such/folder');
});

test.run();
