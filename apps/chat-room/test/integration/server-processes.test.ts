// covers: src/server-processes.ts, src/chat-room.ts, src/main.ts, src/room-broker.ts
// Real processes, killed while people talk.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { assert, suite, until } from '@oxbow/testkit';
import { type Guest, openGuest } from '../fixtures/guest.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

interface Context {
  readonly programs: ChildProcess[];
  readonly guests: Guest[];
}

const test = suite<Context>('a chat room on several server processes', { programs: [], guests: [] });

test.after.each(async ({ programs, guests }) => {
  await Promise.all(guests.splice(0).map(({ socket }) => socket.close()));
  for (const program of programs.splice(0)) program.kill('SIGKILL');
});

async function start(
  { programs }: Context,
  words: readonly string[],
): Promise<{ program: ChildProcess; url: string }> {
  const program = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    MAIN,
    '--no-open',
    ...words,
  ]);
  programs.push(program);
  program.stderr.pipe(process.stderr);
  const url = await new Promise<string>((resolve) => {
    program.stdout.on('data', (text: Buffer) => {
      const found = /http:[^\s,]+/.exec(String(text))?.[0];
      if (found !== undefined) resolve(found);
    });
  });
  return { program, url };
}

/** Guests come in until both processes have one. */
async function guestsOfBoth(context: Context, url: string): Promise<readonly [Guest, Guest]> {
  const first = await openGuest(url, 'Ann');
  context.guests.push(first);
  for (let more = 1; ; more += 1) {
    const next = await openGuest(url, `Guest ${more}`);
    context.guests.push(next);
    await until('both to know their process', () => first.pid() !== undefined && next.pid() !== undefined);
    if (next.pid() !== first.pid()) return [first, next];
  }
}

test('who is connected to a process that is killed goes on at the other, and no text is lost or doubled', async (context) => {
  const { url } = await start(context, ['--processes', '2', '--port', '0']);
  const [ann, bob] = await guestsOfBoth(context, url);
  for (const guest of [ann, bob]) await guest.enter('lobby');
  const texts: string[] = [];
  const say = async (text: string): Promise<void> => {
    texts.push(text);
    await bob.say(`id of ${text}`, text);
  };
  for (const victim of [ann, bob]) {
    await say(`before ${victim.name} loses its process`);
    const pid = victim.pid();
    process.kill(pid!, 'SIGKILL');
    for (let each = 0; each < 5; each += 1) await say(`${each} without the process of ${victim.name}`);
    await until('it to be at another process', () => victim.pid() !== undefined && victim.pid() !== pid);
  }
  await until(
    'all texts to be heard',
    () => ann.texts().length >= texts.length && bob.texts().length >= texts.length,
  );
  assert.equal([ann.texts(), bob.texts()], [texts, texts]);
  assert.equal(new Set([...ann.missed, ...bob.missed]), new Set([0]));
});

test('rooms, people and signs of writing are known to both processes', async (context) => {
  const { url } = await start(context, ['--processes', '2', '--port', '0']);
  const [ann, bob] = await guestsOfBoth(context, url);
  await ann.enter('attic');
  await bob.enter('attic');
  await until('both to be seen by both', () => ann.people('attic') === 2 && bob.people('attic') === 2);
  await until('the room to be listed', () => bob.rooms().includes('attic') && ann.rooms().includes('attic'));
  await ann.write('attic');
  await until('Bob to see it', () => bob.heard.some((news) => news.kind === 'typing' && news.from === 'Ann'));
});

test('Ctrl-C ends all of them with 130; simulated members miss nothing when one is killed', async (context) => {
  const { program, url } = await start(context, ['--processes', '2', '--port', '0', '--members', '30']);
  const [ann] = await guestsOfBoth(context, url);
  const load = () => ann.figures()?.load;
  await until('all members to talk', () => load()?.connected === 30 && (load()?.received ?? 0) > 20);
  const pid = ann.pid();
  const received = load()?.received ?? 0;
  await ann.socket.send(ann.encode({ kind: 'kill' }));
  await until('it to be at another process', () => ann.pid() !== undefined && ann.pid() !== pid);
  await until(
    'all members to talk on',
    () => load()?.connected === 30 && (load()?.received ?? 0) > received + 20,
  );
  assert.is(load()?.missed, 0);
  await ann.socket.close();
  const ended = new Promise((resolve) => program.once('close', resolve));
  program.kill('SIGINT');
  assert.is(await ended, 130);
});

test('a port that is taken is told once, with exit code 2', async (context) => {
  const { url } = await start(context, ['--processes', '2', '--port', '0']);
  const { port } = new URL(url);
  const second = spawn(process.execPath, [MAIN, '--no-open', '--processes', '2', '--port', port]);
  let output = '';
  for (const stream of [second.stdout, second.stderr]) stream.on('data', (text: Buffer) => (output += text));
  const exitCode = await new Promise((resolve) => second.once('close', resolve));
  assert.is(
    output,
    `oxbow: port ${port} cannot be used (it is in use): name another with --port, or 0 for a free one\n`,
  );
  assert.is(exitCode, 2);
});

test.run();
