// covers: src/server-processes.ts, src/chat-room.ts, src/main.ts, src/room-broker.ts
// Real processes, killed while people talk.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { assert, skipUnless, suite, until } from '@oxbow/testkit';
import { type Guest, openGuest } from '../fixtures/guest.ts';
import { freePort, hasRedis, NEEDS_REDIS, startRedis } from '../fixtures/redis-server.ts';

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

/** What a program says that ends by itself. */
async function outcomeOf(words: readonly string[]): Promise<{ output: string; exitCode: unknown }> {
  const program = spawn(process.execPath, [MAIN, '--no-open', ...words]);
  let output = '';
  for (const stream of [program.stdout, program.stderr])
    stream.on('data', (text: Buffer) => (output += text));
  const exitCode = await new Promise((resolve) => program.once('close', resolve));
  return { output, exitCode };
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

/** Kills the process of each in turn while Bob talks: both hear every text once, in order, and are told that nothing is missing. */
async function talkOverKills(ann: Guest, bob: Guest, kill: (guest: Guest) => void): Promise<void> {
  for (const guest of [ann, bob]) await guest.enter('lobby');
  const texts: string[] = [];
  const say = async (text: string): Promise<void> => {
    texts.push(text);
    await bob.say(`id of ${text}`, text);
  };
  for (const victim of [ann, bob]) {
    await say(`before ${victim.name} loses its process`);
    const pid = victim.pid();
    kill(victim);
    for (let each = 0; each < 5; each += 1) await say(`${each} without the process of ${victim.name}`);
    await until('it to be at another process', () => victim.pid() !== undefined && victim.pid() !== pid);
  }
  await until('all texts to be heard', () =>
    [ann, bob].every((guest) => guest.texts().length >= texts.length),
  );
  assert.equal([ann.texts(), bob.texts()], [texts, texts]);
  assert.equal(new Set([...ann.missed, ...bob.missed]), new Set([0]));
}

const killProcessOf = (guest: Guest): void => void process.kill(guest.pid()!, 'SIGKILL');

test('who is connected to a process that is killed goes on at the other, and no text is lost or doubled', async (context) => {
  const { url } = await start(context, ['--processes', '2', '--port', '0']);
  const [ann, bob] = await guestsOfBoth(context, url);
  await talkOverKills(ann, bob, killProcessOf);
});

test('the same with the rooms in a Redis', async (context) => {
  skipUnless(hasRedis, NEEDS_REDIS);
  const redis = await startRedis();
  context.programs.push(redis.child);
  const { url } = await start(context, ['--processes', '2', '--port', '0', '--broker', redis.url]);
  const [ann, bob] = await guestsOfBoth(context, url);
  await talkOverKills(ann, bob, killProcessOf);
});

test('two programs that name one Redis are one chat: who loses one goes on at the other', async (context) => {
  skipUnless(hasRedis, NEEDS_REDIS);
  const redis = await startRedis();
  context.programs.push(redis.child);
  const words = ['--port', '0', '--broker', redis.url];
  const [first, second] = [await start(context, words), await start(context, words)];
  const urls = [first.url, second.url];
  // As behind a balancer: each attempt goes to the next one.
  const nextUrl = (): string => {
    urls.push(urls.shift()!);
    return urls[0]!;
  };
  const ann = await openGuest(nextUrl, 'Ann');
  const bob = await openGuest(nextUrl, 'Bob');
  context.guests.push(ann, bob);
  await until('both to know their process', () => ann.pid() !== undefined && bob.pid() !== undefined);
  assert.is.not(ann.pid(), bob.pid());
  await ann.enter('lobby');
  await bob.enter('lobby');
  await until('both to be seen by both', () => ann.people('lobby') === 2 && bob.people('lobby') === 2);
  await bob.say('1', 'hello');
  const { program } = ann.pid() === first.program.pid ? first : second;
  program.kill('SIGKILL');
  await bob.say('2', 'are you still here?');
  await until('Ann to be at the other', () => ann.pid() === bob.pid());
  await until('Ann to have heard all', () => ann.texts().length === 2);
  await ann.say('3', 'yes');
  await until('both to have heard all', () => [ann, bob].every((guest) => guest.texts().length === 3));
  assert.equal(ann.texts(), ['hello', 'are you still here?', 'yes']);
  assert.equal(bob.texts(), ann.texts());
  assert.equal(ann.missed, [0]);
});

for (const processes of ['1', '2']) {
  test(`a Redis that is not there is one sentence, with exit code 2: ${processes} processes`, async () => {
    const port = await freePort();
    const words = ['--processes', processes, '--port', '0', '--broker', `redis://127.0.0.1:${port}`];
    const { output, exitCode } = await outcomeOf(words);
    assert.match(
      output,
      new RegExp(`^oxbow: --broker: no server can be reached at redis://127.0.0.1:${port} [^\n]*\n$`),
    );
    assert.is(exitCode, 2);
  });
}

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
  const { output, exitCode } = await outcomeOf(['--processes', '2', '--port', port]);
  assert.is(
    output,
    `oxbow: port ${port} cannot be used (it is in use): name another with --port, or 0 for a free one\n`,
  );
  assert.is(exitCode, 2);
});

test.run();
