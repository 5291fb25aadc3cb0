import { existsSync } from 'node:fs';
import { assert, suite } from '@oxbow/testkit';
import { PROGRAMS, programFile } from '../src/program-list.ts';

const test = suite('the list of programs');

for (const { name } of PROGRAMS) {
  test(`${name} has its program and its expected output`, () => {
    assert.ok(existsSync(programFile(name, 'ts')));
    assert.ok(existsSync(programFile(name, 'txt')));
  });
}

test.run();
