// covers: src/worker/process-worker.ts
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@oxbow/testkit';

const test = suite('signals to the whole process group');

const fixture = fileURLToPath(new URL('../fixtures/pool-in-cleanup.ts', import.meta.url));

for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  test(`${signal} leaves the worker processes to the program, whose cleanup still calls them`, async () => {
    const program = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', fixture], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    program.stdout.on('data', (chunk) => {
      output += chunk;
      if (output === 'ready\n') process.kill(-program.pid!, signal);
    });
    const [code] = (await once(program, 'close')) as [number | null];
    assert.is(output, 'ready\nin cleanup: 7\n');
    assert.is(code, exitCode);
  });
}

test.run();
