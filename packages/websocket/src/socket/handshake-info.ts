/**
 * What is known of the upgrade that began a connection.
 */

/** The opening handshake as the server read it, or as the client sent it. */
export interface HandshakeInfo {
  /** On the server the request target (`/chat?room=7`), on a client the whole address. */
  readonly url: string;
  /** The request's headers by lower-case name. An object without a prototype. */
  readonly headers: Readonly<Record<string, string>>;
  /** The browser's Origin header, if there was one. */
  readonly origin: string | undefined;
  /** The peer's IP address, where the transport knows it. */
  readonly remoteAddress: string | undefined;
}
