import { assert, suite } from '@oxbow/testkit';
import { startProgram } from '../src/started-program.ts';

const test = suite('a started program');

const node = (script: string) =>
  startProgram(process.cwd(), [process.execPath, '--eval', script], { WORD: 'ready' });

test('is waited for by what it says, and ended by a signal', async () => {
  const program = node(
    "process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1e6); console.log(process.env.WORD)",
  );
  assert.is(await program.said(/rea(dy)/), 'dy');
  assert.is(await program.end('SIGTERM'), 7);
  assert.is(program.output(), 'ready\n');
});

test('that ends without the word is told with what it said', async () => {
  const program = node("console.error('no luck'); process.exitCode = 3");
  const message = await program.said(/ready/).catch((error: Error) => error.message);
  assert.match(String(message), /ended with exit code 3:\nno luck/);
  assert.is(await program.ended(), 3);
});

test.run();
