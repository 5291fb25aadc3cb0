/**
 * Topics under everything at once, drawn by a seed: wires cut and silenced, processes that publish killed and replaced, the server killed
 * and started again. Every text that was acknowledged arrives, once and in order, or lies in a gap that was told.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { assert, skipUnless, suite, until } from '@oxbow/testkit';
import type { TopicGap, TopicMessage } from '@oxbow/websocket';
import { type RedisBroker, redisBroker } from '../../src/topics/index.ts';
import { CutWire } from '../fixtures/cut-wire.ts';
import { isInstalled, NEEDS_SERVER, ThrowawayServer } from '../fixtures/redis-server.ts';

const SEEDS: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8];
const EVENTS = 25;
/** Only `always` keeps all that was acknowledged: `everysec` puts off what it writes while the disk is busy. */
const policyOf = (seed: number): string => (seed % 2 === 1 ? 'always' : 'everysec');
const PROGRAM = fileURLToPath(new URL('../fixtures/member-process.ts', import.meta.url));

const test = suite('topics under everything at once');
test.before(() => skipUnless(isInstalled('redis-server'), NEEDS_SERVER));

/** Numbers in [0, 1) that a seed decides. */
function numbersOf(seed: number): () => number {
  let state = seed * 2_654_435_769;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

/** A process that publishes, and everything that it was told is published. */
class Talker {
  readonly acknowledged: string[];
  readonly #url: string;
  #child!: ChildProcess;
  #lives = 0;

  constructor(url: string, acknowledged: string[]) {
    this.#url = url;
    this.acknowledged = acknowledged;
    this.live();
  }

  live(): void {
    this.#lives += 1;
    const name = `${this.#url.slice(-5)}.${this.#lives}`;
    this.#child = spawn(process.execPath, [PROGRAM, this.#url, name], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.acknowledged.push(`${name} ${line.split(' ')[0]}`);
    });
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }
}

interface Heard {
  readonly broker: RedisBroker;
  readonly messages: TopicMessage[];
  readonly gaps: TopicGap[];
}

async function listenTo(url: string, client: 'ioredis' | '@redis/client'): Promise<Heard> {
  const broker = redisBroker(url, {
    client,
    historyMessages: Number.POSITIVE_INFINITY,
    historyBytes: Number.POSITIVE_INFINITY,
    leaseMs: 1000,
    probeMs: 300,
    onError: () => {},
  });
  const heard: Heard = { broker, messages: [], gaps: [] };
  await broker.subscribe('room', {
    onMessage: (message) => void heard.messages.push(message),
    onGap: (gap) => void heard.gaps.push(gap),
  });
  return heard;
}

for (const seed of SEEDS) {
  test(`seed ${seed}: nothing is lost without a word, nothing comes twice`, async () => {
    const random = numbersOf(seed);
    const server = await ThrowawayServer.start({
      args: ['--appendonly', 'yes', '--appendfsync', policyOf(seed)],
    });
    const wires = await Promise.all(Array.from({ length: 4 }, () => CutWire.open(server.port)));
    const listeners = await Promise.all([
      listenTo(wires[0]!.url, 'ioredis'),
      listenTo(wires[1]!.url, '@redis/client'),
    ]);
    const acknowledged: string[] = [];
    const talkers = wires.slice(2).map(({ url }) => new Talker(url, acknowledged));
    const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
    const events: readonly (() => unknown)[] = [
      () => one(wires).cut(),
      () => one(wires).cut(),
      () => one(wires.slice(0, 2)).silence(),
      async () => {
        const talker = one(talkers);
        await talker.kill();
        talker.live();
      },
      async () => {
        await server.kill();
        await server.start();
      },
    ];
    try {
      for (let event = 0; event < EVENTS; event += 1) {
        const before = acknowledged.length;
        await until('somebody to talk', () => acknowledged.length > before + 10 + random() * 40);
        await one(events)();
      }
      await Promise.all(talkers.map((talker) => talker.kill()));
      for (const { messages, gaps, broker } of listeners) {
        const { position } = await broker.history('room', { limit: 1 });
        await until(
          'the newest',
          () =>
            messages.at(-1)?.offset === position.offset || gaps.at(-1)?.position.offset === position.offset,
        );
        const texts = messages.map(({ data }) => String(data));
        assert.is(new Set(texts).size, texts.length, 'none twice');
        const heard = new Set(texts);
        const lost = acknowledged.filter((text) => !heard.has(text));
        if (policyOf(seed) === 'always') assert.equal(lost, []);
        else if (lost.length > 0)
          assert.ok(
            gaps.some(({ missed }) => missed === undefined),
            `${lost.length} lost without a word`,
          );
        assertInOrder(messages, gaps);
      }
    } finally {
      await Promise.all(talkers.map((talker) => talker.kill()));
      await Promise.all(listeners.map(({ broker }) => broker.close()));
      await Promise.all(wires.map((wire) => wire.close()));
      await server.stop();
    }
  });
}

/** Offsets grow by one, but behind a gap that was told. */
function assertInOrder(messages: readonly TopicMessage[], gaps: readonly TopicGap[]): void {
  const begins = new Set(gaps.map(({ position }) => `${position.epoch} ${position.offset}`));
  for (const [at, { epoch, offset }] of messages.entries()) {
    const before = messages[at - 1];
    if (before === undefined || (before.epoch === epoch && offset === before.offset + 1)) continue;
    assert.ok(
      begins.has(`${epoch} ${offset - 1}`),
      `${before.epoch} ${before.offset} is followed by ${epoch} ${offset}`,
    );
  }
}

test.run();
