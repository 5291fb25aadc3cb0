import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, skipUnless, suite } from '@oxbow/testkit';

const test = suite('signals');

const fixture = fileURLToPath(new URL('../fixtures/interrupted.ts', import.meta.url));
const NODE = [process.execPath, '--disable-warning=ExperimentalWarning'];
const CLEANED_UP = 'ready\ncleaning up\ncleaned up\n';

/** What is done when the program has said a word, to standard output or standard error. */
type Step = readonly [word: string, act: (child: ChildProcess) => void];

interface Ending {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

interface Start {
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** In a process group of its own, as a shell starts it. */
  readonly detached?: boolean;
}

const send =
  (signal: NodeJS.Signals) =>
  (child: ChildProcess): void =>
    void child.kill(signal);

/** Starts the fixture and takes each step when its word has come. */
async function play(args: readonly string[], steps: readonly Step[], start: Start = {}): Promise<Ending> {
  const [program = '', ...rest] = start.command ?? [...NODE, fixture, ...args];
  // The tests themselves may run under a runner of scripts; what it changes is one test's subject.
  const env = { ...process.env, npm_lifecycle_event: undefined, ...start.env };
  const child = spawn(program, rest, { env, cwd: start.cwd, detached: start.detached ?? false });
  let output = '';
  let errors = '';
  const waiting = [...steps];
  const look = (): void => {
    while (waiting.length > 0 && (output + errors).includes(waiting[0]![0])) waiting.shift()![1](child);
  };
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
    look();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
    look();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output, errors };
}

for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  test(`${signal} cancels main, whose cleanup runs; nothing is printed, and the exit code is ${exitCode}`, async () => {
    const { code, output, errors } = await play(['cleanup', '20'], [['ready', send(signal)]]);
    assert.is(output, CLEANED_UP);
    assert.is(errors, '');
    assert.is(code, exitCode);
  });

  test(`${signal} as the second signal ends the process at once, with ${exitCode}`, async () => {
    const steps: Step[] = [
      ['ready', send('SIGTERM')],
      ['cleaning up', send(signal)],
    ];
    const { code, output } = await play(['cleanup', '60000'], steps);
    assert.is(output, 'ready\ncleaning up\n');
    assert.is(code, exitCode);
  });
}

test('a program that catches the cancellation goes on, and ends with the exit code of the signal', async () => {
  const { code, output, errors } = await play(['caught'], [['ready', send('SIGTERM')]]);
  assert.is(output, `${CLEANED_UP}caught CancelledError: Cancelled: SIGTERM\nwent on\n`);
  assert.is(errors, '');
  assert.is(code, 143);
});

test('another error that nobody catches is printed as ever', async () => {
  const { errors } = await play(['other-error'], [['ready', send('SIGTERM')]]);
  assert.match(errors, /RangeError: a fault of another kind\n\s+at /);
});

test('an end that takes long says what it waits for, and where', async () => {
  const steps: Step[] = [
    ['ready', send('SIGTERM')],
    ['interrupted.ts:', send('SIGTERM')],
  ];
  const { code, errors } = await play(['hang'], steps);
  assert.match(errors, '[oxbow] run() has been ending for 2 s and waits for this task:\n');
  assert.match(errors, /\n {2}journal writer: waits for sleep, being cancelled\n/);
  assert.match(errors, /\n +at hangs \(.*interrupted\.ts:\d+:\d+\)\n/);
  assert.is(code, 143);
});

test('SIGQUIT prints every task, and the program goes on', async () => {
  const steps: Step[] = [
    ['ready', send('SIGQUIT')],
    ['main: ', send('SIGTERM')],
  ];
  const { code, output, errors } = await play(['cleanup'], steps, { env: { OXBOW_DEBUG: '1' } });
  assert.match(errors, '[oxbow] SIGQUIT, every task of run():\n');
  assert.match(errors, /\n {2}main: waits for sleep, for \d+ ms\n/);
  assert.match(errors, /created at .*interrupted\.ts:\d+:\d+/);
  assert.is(output, CLEANED_UP);
  assert.is(code, 143);
});

test('what cannot be told, because nobody reads standard error any more, does not end the program', async () => {
  const steps: Step[] = [
    [
      'ready',
      (child) => {
        child.stderr!.destroy();
        child.kill('SIGQUIT');
        // The answer to it fails after the signal was taken.
        child.kill('SIGTERM');
      },
    ],
  ];
  const { code, output } = await play(['cleanup', '300'], steps);
  assert.is(output, CLEANED_UP);
  assert.is(code, 143);
});

test('under a runner of scripts, the same signal again at once is its echo', async () => {
  // A signal that is sent again before it was taken is one: so the echo follows the first answer.
  const steps: Step[] = [
    ['ready', send('SIGINT')],
    ['cleaning up', send('SIGINT')],
  ];
  const env = { npm_lifecycle_event: 'start' };
  const { code, output } = await play(['cleanup', '200'], steps, { env });
  assert.is(output, CLEANED_UP);
  assert.is(code, 130);
});

test('Ctrl-C cleans up under npm, which hands the signal of the terminal on a second time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'oxbow-signals-'));
  try {
    const start = [...NODE, fixture, 'cleanup', '200'].map((word) => `'${word}'`).join(' ');
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { start } }));
    const group = (child: ChildProcess): void => void process.kill(-child.pid!, 'SIGINT');
    const command = ['npm', 'start', '--silent'];
    const { output } = await play([], [['ready', group]], { command, cwd: folder, detached: true });
    assert.is(output, CLEANED_UP);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('stops as the first process of a container, for which the system has no defaults', async () => {
  const command = ['unshare', '--pid', '--fork', ...NODE, fixture, 'cleanup'];
  const inside = (child: ChildProcess): void => {
    // Its own first process, seen from outside.
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
    process.kill(Number(children), 'SIGTERM');
  };
  let ending: Ending | undefined;
  try {
    ending = await play([], [['ready', inside]], { command });
  } catch {
    // No such command.
  }
  skipUnless(
    ending !== undefined && ending.output !== '',
    'needs unshare (util-linux) and the right to make a PID namespace',
  );
  assert.is(ending!.output, CLEANED_UP);
  assert.is(ending!.code, 143);
});

test.run();
