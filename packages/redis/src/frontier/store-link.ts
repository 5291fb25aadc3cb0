/**
 * The connection to one crawl's store. It runs the store's scripts, and repeats them until a deadline while the server is away. It makes
 * sure that they run on the store that was opened, on a server whose present run is known to the store. It does not know what the scripts
 * are about.
 *
 * A script is sent again with the same nonce, which the store remembers: a call whose reply was lost is not done twice.
 */

import { FrontierError, FrontierLostError } from '@oxbow/crawler';
import { currentLoop } from '@oxbow/loop';
import type { RedisConnection, RedisReply } from '../connection/redis-commands.ts';
import type { RedisScript } from '../connection/redis-script.ts';
import { checkServer, type ServerFacts } from '../connection/server-check.ts';
import { isPassing, RedisReplyError, RedisServerError } from '../errors.ts';
import { FOLLOW } from './scripts/steer.ts';

/** What a link works with. */
export interface StoreLinkSetup {
  readonly connection: RedisConnection;
  /** The key of the store's own hash: `ox:{crawl}:m`. */
  readonly key: string;
  /** How the crawl is called in messages. */
  readonly name: string;
  readonly incarnation: string;
  /** Milliseconds a call is tried for while the server is away. */
  readonly retryMs: number;
  /** A clock in the place of the server's, for tests. */
  readonly now?: (() => number) | undefined;
}

/** Characters of a server's run id that are kept: enough to tell two runs apart, few enough for every token. */
const RUN_CHARS = 10;
/** Waits between two attempts, in ms. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1000;
const REWRITE_POLL_MS = 50;

/** Kinds of calls of which the store remembers the last: claims, and whatever else changes URLs. */
export type CallKind = 'c' | 's' | '';

/** The way to one store. */
export class StoreLink {
  /** Names this opening of the store. */
  readonly instance: string;
  readonly #setup: StoreLinkSetup;
  readonly #stopListening: () => void;
  /** The run the store knows; undefined while that has to be asked. */
  #run: string | undefined;
  #verifying: Promise<void> | undefined;
  #isClosed = false;

  constructor(setup: StoreLinkSetup, instance: string) {
    this.#setup = setup;
    this.instance = instance;
    this.#stopListening = setup.connection.onReconnect(() => {
      this.#run = undefined;
    });
  }

  /** Ends the attempts of every call. */
  close(): void {
    this.#isClosed = true;
    this.#stopListening();
  }

  /** Runs a script that changes URLs; `nonce` is the same for the same call. */
  change(
    script: RedisScript,
    kind: CallKind,
    nonce: string,
    args: readonly string[],
  ): Promise<readonly RedisReply[]> {
    return this.#patiently(() => this.#once(script, [this.instance, nonce, kind, ...args]));
  }

  /** Runs a script that looks. */
  look(script: RedisScript, args: readonly string[]): Promise<readonly RedisReply[]> {
    return this.#patiently(() => this.#once(script, args));
  }

  /** Tries until it works, the deadline is over, or trying again cannot help. */
  async #patiently<T>(act: () => Promise<T>): Promise<T> {
    const { retryMs } = this.#setup;
    const startedAtMs = currentLoop().time();
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        return await act();
      } catch (error) {
        const isFull = error instanceof RedisReplyError && error.kind === 'OOM';
        // A primary that was demoted is followed by another, at the same address or by its sentinels.
        const isReplica = error instanceof RedisServerError && error.fault === 'replica';
        if (this.#isClosed || !(isPassing(error) || isFull || isReplica)) throw error;
        if (currentLoop().time() - startedAtMs + pauseMs > retryMs) throw isFull ? this.#full(error) : error;
        await pause(pauseMs * (0.5 + Math.random() / 2));
      }
    }
  }

  async #once(script: RedisScript, args: readonly string[]): Promise<readonly RedisReply[]> {
    const { connection, key, incarnation } = this.#setup;
    if (this.#run === undefined) await this.verify();
    return this.#checked(await script.run(connection, [key], [incarnation, this.#now(), ...args]));
  }

  /** Empty for the server's own clock. */
  #now(): string {
    const { now } = this.#setup;
    return now === undefined ? '' : String(now());
  }

  #checked(reply: RedisReply): readonly RedisReply[] {
    const { name, connection } = this.#setup;
    const words = reply as readonly RedisReply[];
    if (words[0] === 'LOST')
      throw new FrontierLostError(
        `the crawl ${name} is not on ${connection.name} any more: the server was emptied, or restarted without what it held. ` +
          'Its outputs are as they were; begin the crawl anew',
      );
    if (words[0] === 'TORN') throw torn(name);
    return words;
  }

  /**
   * Makes sure that the store knows the server's present run. After another start the append-only file is written anew first: its end may be
   * half a transaction, which the server would apply at its next start.
   */
  verify(): Promise<void> {
    this.#verifying ??= this.#follow().finally(() => {
      this.#verifying = undefined;
    });
    return this.#verifying;
  }

  async #follow(): Promise<void> {
    const { connection, key, incarnation } = this.#setup;
    const facts = await checkServer(connection, key);
    const present = facts.runId.slice(0, RUN_CHARS);
    const follow = async (run: string): Promise<readonly RedisReply[]> =>
      this.#checked(
        await FOLLOW.run(connection, [key], [incarnation, this.#now(), this.instance, '', '', run]),
      );
    const [, known] = await follow('');
    if (known !== present) {
      if (facts.hasAppendOnlyFile) await this.#rewrite();
      await follow(present);
    }
    this.#run = present;
  }

  async #rewrite(): Promise<void> {
    const { connection, key } = this.#setup;
    try {
      await connection.send(['BGREWRITEAOF']);
    } catch (error) {
      // One is on its way already, or this user may not: the README's access rules say what that risks.
      if (!(error instanceof RedisReplyError)) throw error;
      if (error.kind === 'NOPERM') return;
    }
    let facts: ServerFacts;
    do {
      await pause(REWRITE_POLL_MS);
      facts = await checkServer(connection, key);
    } while (facts.isRewriting && !this.#isClosed);
  }

  #full(error: unknown): RedisServerError {
    const { name, connection } = this.#setup;
    return new RedisServerError(
      'memory',
      `the memory of ${connection.name} is full (maxmemory), so the crawl ${name} cannot take in more URLs: raise maxmemory and resume it; ` +
        'nothing is lost',
      { cause: error },
    );
  }
}

/** A server whose store holds half of a script. */
export function torn(name: string): FrontierError {
  return new FrontierError(
    'ERR_OXBOW_REDIS_CRAWL_TORN',
    `the store of the crawl ${name} holds half of a change: the server's append-only file was cut inside a transaction and it was started ` +
      'twice since. Put a backup back, or begin the crawl anew',
  );
}

/** A wait by a plain promise: a call that was begun is brought to its end although its task is cancelled. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    currentLoop().callLater(ms, resolve);
  });
}
