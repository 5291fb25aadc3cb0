import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { run, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { isExpected } from '../../src/expected-output.ts';
import { PROGRAMS, programFile } from '../../src/program-list.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

interface Ended {
  readonly output: string;
  readonly exitCode: number | null;
}

function start(
  args: readonly string[],
  onOutput: (output: string, interrupt: () => void) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      onOutput(output, () => child.kill('SIGINT'));
    });
  }
  return new Promise((resolve) => child.once('close', (exitCode) => resolve({ output, exitCode })));
}

async function assertExpected(output: string, name: string): Promise<void> {
  const expected = await readFile(programFile(name, 'txt'), 'utf8');
  if (!isExpected(output, expected)) assert.is(output, expected, `${name} printed something else`);
}

const test = suite('the programs of the article');

for (const { name } of PROGRAMS.filter(({ name, serves }) => !serves && name !== 'hello')) {
  test(`${name} prints what is kept beside it`, async () => {
    const { output, exitCode } = await start([name]);
    await assertExpected(output, name);
    assert.is(exitCode, 0);
  });
}

test('hello prints what is kept beside it, two seconds of virtual time later', async () => {
  const { main } = (await import(programFile('hello', 'ts').href)) as { main: () => Promise<void> };
  const lines: string[] = [];
  const clock = new VirtualClock();
  const { log } = console;
  console.log = (line: string) => lines.push(`${line}\n`);
  try {
    await run(main, { clock });
  } finally {
    console.log = log;
  }
  await assertExpected(lines.join(''), 'hello');
  assert.is(clock.now(), 2000);
});

test('echo says back what any client tells it, until Ctrl-C', async () => {
  let client: WebSocket | undefined;
  const echoed: string[] = [];
  const { output, exitCode } = await start(['echo'], (soFar, interrupt) => {
    const url = /ws:\S+/.exec(soFar)?.[0];
    if (url === undefined || client !== undefined) return;
    client = new WebSocket(url);
    client.addEventListener('open', () => client?.send('hello'));
    client.addEventListener('message', ({ data }) => {
      echoed.push(String(data));
      if (data === 'hello') client?.send('grüße');
      else interrupt();
    });
  });
  await assertExpected(output, 'echo');
  assert.equal([echoed, exitCode], [['hello', 'grüße'], 130]);
});

test('without a name they are listed', async () => {
  const { output, exitCode } = await start([]);
  for (const { name, about } of PROGRAMS) assert.match(output, new RegExp(`${name} +${about}`));
  assert.is(exitCode, 0);
});

test('an unknown program is refused in one sentence, with exit code 2', async () => {
  assert.equal(await start(['helo']), {
    output: 'oxbow: there is no program "helo": npm run article lists them\n',
    exitCode: 2,
  });
});

test('what the reader of the article cannot do is refused the same way, before anything is started', async () => {
  for (const [args, message] of [
    [['--read', '--fast'], '--read takes --port, --open and --no-open, not --fast'],
    [['--read', '--port', '70000'], '--port takes a number from 0 to 65535, got 70000'],
    [['hello', 'twice'], 'hello takes no arguments, got twice'],
  ] as const) {
    assert.equal(await start(args), { output: `oxbow: ${message}\n`, exitCode: 2 });
  }
});

test('a port that is taken is said in one sentence', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const { port } = blocker.address() as AddressInfo;
  assert.equal(await start(['--read', '--port', String(port), '--no-open']), {
    output: `oxbow: port ${port} cannot be used (it is in use): name another with --port, or 0 for a free one\n`,
    exitCode: 2,
  });
  blocker.close();
});

test.run();
