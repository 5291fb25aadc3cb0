import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, suite } from '@oxbow/testkit';
import { CreateError } from '../src/errors.ts';
import { TEMPLATES, templateFolder, templateNamed } from '../src/template.ts';

const test = suite('templates');

interface Manifest {
  readonly scripts: Record<string, string>;
  readonly engines: object;
}

for (const template of TEMPLATES) {
  const folder = templateFolder(template);

  test(`${template.name} has a program, a README and a Dockerfile`, () => {
    for (const file of ['src/main.ts', 'README.md', 'Dockerfile'])
      assert.ok(existsSync(join(folder, file)), file);
  });

  test(`${template.name} answers to the same commands as every other`, () => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
    assert.equal(manifest.scripts, {
      start: 'node src/main.ts',
      test: 'node --test "test/**/*.test.ts"',
      check: 'tsc',
    });
    assert.equal(manifest.engines, { node: '>=22.19' });
  });

  test(`${template.name}'s image runs the program itself, so that signals reach it, as a user without rights`, () => {
    const lines = readFileSync(join(folder, 'Dockerfile'), 'utf8').trim().split('\n');
    assert.equal(lines.slice(-2), ['USER node', 'CMD ["node", "src/main.ts"]']);
  });
}

test('a name that is not there gets the four that are', () => {
  assert.throws(
    () => templateNamed('spider'),
    (error: CreateError) =>
      error instanceof CreateError &&
      error.code === 'ERR_OXBOW_CREATE_UNKNOWN_TEMPLATE' &&
      error.message ===
        'there is no template "spider"; the templates are crawler, websocket-server, http-script, worker-pool',
  );
});

test.run();
