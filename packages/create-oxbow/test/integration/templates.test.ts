// covers: src/template.ts
/** Each template's own test passes with the packages as they stand in this workspace. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { assert, signal, suite } from '@oxbow/testkit';
import { TEMPLATES, templateFolder } from '../../src/template.ts';

const execute = promisify(execFile);
const test = suite("the templates' own tests");

for (const template of TEMPLATES) {
  test(`${template.name} passes its test`, async () => {
    const env = { ...process.env };
    // Set by a runner around this one: a test below it would report to that and print nothing.
    delete env.NODE_TEST_CONTEXT;
    const args = ['--test', '--test-reporter=tap', 'test/**/*.test.ts'];
    const options = { cwd: templateFolder(template), env, signal: signal() };
    const { stdout } = await execute(process.execPath, args, options);
    assert.match(stdout, /^# fail 0$/m);
    assert.match(stdout, /^# pass [1-9]/m);
  });
}

test.run();
