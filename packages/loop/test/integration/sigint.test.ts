import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@oxbow/testkit';

const test = suite('SIGINT');

const fixture = fileURLToPath(new URL('../fixtures/interrupted.ts', import.meta.url));

interface Ending {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Starts the fixture and sends a SIGINT at each of the words it says. */
async function interruptAt(cleanupMs: number, words: readonly string[]): Promise<Ending> {
  const child = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    fixture,
    String(cleanupMs),
  ]);
  let output = '';
  let errors = '';
  const waiting = [...words];
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
    while (waiting.length > 0 && output.includes(waiting[0]!)) {
      waiting.shift();
      child.kill('SIGINT');
    }
  });
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output, errors };
}

test('the first cancels main, whose cleanup runs; the exit code is 130', async () => {
  const { code, output, errors } = await interruptAt(20, ['ready']);
  assert.is(output, 'ready\ncleaning up\ncleaned up\n');
  assert.match(errors, 'Cancelled: SIGINT');
  assert.is(code, 130);
});

test('a second one ends the process at once, with 130 too', async () => {
  const { code, output } = await interruptAt(60_000, ['ready', 'cleaning up']);
  assert.is(output, 'ready\ncleaning up\n');
  assert.is(code, 130);
});

test.run();
