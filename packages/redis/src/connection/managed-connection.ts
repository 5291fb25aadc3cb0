/**
 * One server behind the seam, by a driver for commands and, once somebody subscribes, a second one. It sees to what the libraries differ
 * in or leave open: every command is answered or fails, within a bound, whatever becomes of the wire; subscriptions come back.
 *
 * It sends nothing twice: only the caller knows whether a command that failed may be sent again.
 */
import { currentLoop } from '@oxbow/loop';
import { RedisClosedError, RedisConnectionError, type RedisError } from '../errors.ts';
import type { Driver } from './driver.ts';
import { mapClientError, mapConnectError } from './map-client-error.ts';
import type { RedisArgument, RedisConnection, RedisReply, SendOptions } from './redis-commands.ts';

/** What a connection is made of. */
export interface ConnectionSetup {
  readonly driver: Driver;
  readonly name: string;
  /** Milliseconds a command may take before the connection counts as dead. */
  readonly replyTimeoutMs: number;
}

type Listener = (message: Uint8Array) => void;

/** A connection that is open. Made by {@link openConnection}. */
class ManagedConnection implements RedisConnection {
  readonly name: string;
  readonly #replyTimeoutMs: number;
  readonly #commands: Line;
  readonly #subscriptions: Line;
  readonly #channels = new Map<string, Set<Listener>>();
  readonly #reconnected = new Set<() => void>();
  #isClosed = false;

  constructor({ driver, name, replyTimeoutMs }: ConnectionSetup) {
    this.name = name;
    this.#replyTimeoutMs = replyTimeoutMs;
    const tell = (): void => {
      for (const listener of [...this.#reconnected]) listener();
    };
    this.#commands = new Line(driver, name, tell);
    this.#subscriptions = new Line(driver.duplicate(), name, () => {
      for (const channel of this.#channels.keys())
        this.#listen(channel).catch(() => this.#subscriptions.restart());
      tell();
    });
  }

  open(): Promise<void> {
    return this.#commands.open();
  }

  async send(argv: readonly RedisArgument[], { as = 'text' }: SendOptions = {}): Promise<RedisReply> {
    if (this.#isClosed) throw new RedisClosedError();
    const line = this.#commands;
    return (await line.within(this.#replyTimeoutMs, (driver) =>
      driver.send(argv, as === 'bytes'),
    )) as RedisReply;
  }

  async subscribe(channel: string, onMessage: Listener): Promise<() => Promise<void>> {
    if (this.#isClosed) throw new RedisClosedError();
    const known = this.#channels.get(channel);
    const listeners = known ?? new Set();
    listeners.add(onMessage);
    if (known === undefined) {
      this.#channels.set(channel, listeners);
      try {
        await this.#subscriptions.open();
        await this.#listen(channel);
      } catch (error) {
        this.#channels.delete(channel);
        throw error;
      }
    }
    return async () => {
      listeners.delete(onMessage);
      if (listeners.size > 0 || this.#channels.get(channel) !== listeners) return;
      this.#channels.delete(channel);
      if (this.#isClosed) return;
      // Nobody listens any more: that the server could not be told so harms nobody.
      await this.#subscriptions
        .within(this.#replyTimeoutMs, (driver) => driver.unsubscribe(channel))
        .catch(() => {});
    };
  }

  onReconnect(listener: () => void): () => void {
    this.#reconnected.add(listener);
    return () => this.#reconnected.delete(listener);
  }

  restart(): void {
    if (this.#isClosed) return;
    this.#commands.restart();
    if (this.#subscriptions.isOpen) this.#subscriptions.restart();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#reconnected.clear();
    this.#channels.clear();
    this.#commands.close();
    this.#subscriptions.close();
  }

  async #listen(channel: string): Promise<void> {
    const onMessage = (message: Uint8Array): void => {
      for (const listener of this.#channels.get(channel) ?? []) listener(message);
    };
    await this.#subscriptions.within(this.#replyTimeoutMs, (driver) => driver.subscribe(channel, onMessage));
  }
}

/** One driver and those that replace it, with what is under way. */
class Line {
  readonly #name: string;
  readonly #onReconnect: () => void;
  readonly #underWay = new Set<(error: RedisError) => void>();
  #driver: Driver;
  #opening: Promise<void> | undefined;
  #wasReady = false;
  #lastError: unknown;

  constructor(driver: Driver, name: string, onReconnect: () => void) {
    this.#driver = driver;
    this.#name = name;
    this.#onReconnect = onReconnect;
  }

  get isOpen(): boolean {
    return this.#wasReady;
  }

  /** Resolves when the connection is ready for the first time; fails when it cannot be made. */
  open(): Promise<void> {
    this.#opening ??= new Promise<void>((resolve, reject) => {
      const failed = (): void => {
        if (this.#wasReady) return;
        this.#opening = undefined;
        reject(mapConnectError(this.#lastError ?? new Error('the connection was closed'), this.#name));
      };
      this.#start(this.#driver, false, resolve, failed);
    });
    return this.#opening;
  }

  /** What `act` comes to; fails when the connection is cut under it, or says nothing for so long, and is replaced then. */
  within<T>(timeoutMs: number, act: (driver: Driver) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const end = (error: RedisError): void => {
        this.#underWay.delete(end);
        timer.cancel();
        reject(error);
      };
      const timer = currentLoop().callLater(timeoutMs, () => {
        end(
          new RedisConnectionError(
            'silent',
            `${this.#name} has not answered for ${timeoutMs} ms (replyTimeoutMs)`,
          ),
        );
        this.restart();
      });
      this.#underWay.add(end);
      act(this.#driver).then(
        (value) => {
          this.#underWay.delete(end);
          timer.cancel();
          resolve(value);
        },
        (error: unknown) => end(mapClientError(error, this.#name)),
      );
    });
  }

  /** Puts another connection in the place of this one. */
  restart(): void {
    const old = this.#driver;
    this.#driver = old.duplicate();
    old.destroy();
    this.#fail('it was replaced');
    this.#start(this.#driver, true);
  }

  close(): void {
    this.#driver.destroy();
    this.#fail('it was closed');
  }

  #start(driver: Driver, patient: boolean, onReady?: () => void, onFailed?: () => void): void {
    driver.start(
      {
        ready: () => {
          if (driver !== this.#driver) return;
          const isFirst = !this.#wasReady;
          this.#wasReady = true;
          if (isFirst) onReady?.();
          else this.#onReconnect();
        },
        down: () => {
          if (driver !== this.#driver) return;
          onFailed?.();
          this.#fail('it was cut');
        },
        error: (error) => {
          this.#lastError = error;
        },
      },
      patient,
    );
  }

  #fail(how: string): void {
    const error = new RedisConnectionError(
      'cut',
      `the connection to ${this.#name} is gone: ${how} under the command`,
    );
    for (const end of [...this.#underWay]) end(error);
  }
}

/** Opens a connection. @throws RedisConnectionError, RedisServerError when it cannot be made */
export async function openConnection(setup: ConnectionSetup): Promise<RedisConnection> {
  const connection = new ManagedConnection(setup);
  try {
    await connection.open();
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}
