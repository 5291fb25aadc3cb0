import { assert, suite } from '@oxbow/testkit';
import { readDockerfile } from '../src/dockerfile.ts';

const test = suite('a Dockerfile');

test('says what is copied, run, set and started', () => {
  const text =
    'FROM node:24-slim\n\nWORKDIR /app\nCOPY a b ./\n# why\nRUN one && two\nENV PORT=80\nEXPOSE 80\nUSER node\nCMD ["node", "x.ts"]\n';
  assert.equal(readDockerfile(text), {
    copies: [{ from: ['a', 'b'], to: './' }],
    runs: ['one && two'],
    env: { PORT: '80' },
    command: ['node', 'x.ts'],
  });
});

test('has no line that nobody follows', () => {
  assert.throws(() => readDockerfile('ADD https://example.org/x /x\n'), 'a line nobody follows: ADD');
});

test.run();
