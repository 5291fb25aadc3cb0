/**
 * What a server's `onUpgrade` is asked, and what it may answer.
 */

/** A request to upgrade, as `onUpgrade` sees it. */
export interface UpgradeInfo {
  /** The request target: `/chat?room=7`. */
  readonly url: string;
  /** The headers by lower-case name. An object without a prototype. */
  readonly headers: Readonly<Record<string, string>>;
  /** The browser's Origin header, if there was one. */
  readonly origin: string | undefined;
  readonly remoteAddress: string | undefined;
  /** The subprotocols the client offers, the preferred first. */
  readonly subprotocols: readonly string[];
  /** Aborted when the client goes, the server closes or the time is up: nobody waits for the answer then. */
  readonly signal: AbortSignal;
}

/** Lets the client in. */
export interface AcceptUpgrade<Data = unknown> {
  readonly accept?: true | undefined;
  /** What becomes `socket.data`. */
  readonly data?: Data | undefined;
  /** The subprotocol to agree on, one of those offered; default: chosen from `subprotocols`. */
  readonly subprotocol?: string | undefined;
  /**
   * How long the client is known for, in ms: then the connection is closed with 4401, unless `socket.reauthenticate` was
   * called before. Default Infinity.
   */
  readonly expiresInMs?: number | undefined;
  /** Headers to add to the 101, such as Set-Cookie. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Sends the client away with a status from 300 to 599. */
export interface RefuseUpgrade {
  readonly refuse: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | undefined;
}

/** What `onUpgrade` says; nothing means accept. */
export type UpgradeAnswer<Data = unknown> = AcceptUpgrade<Data> | RefuseUpgrade | undefined;
