/**
 * Takes the requests for WebSockets off a server, in whatever version of HTTP they come.
 */
import { listenForHttp1 } from './http1-attempt.ts';
import { isHttp2Server, listenForConnects } from './http2-attempt.ts';
import type { HttpServer } from './portable.ts';
import { trySharedReads } from './shared-reads.ts';
import type { UpgradeAttempt } from './upgrade-attempt.ts';

/** Tells of each request. @returns what ends that */
export function listenForUpgrades(
  server: HttpServer,
  onUpgrade: (attempt: UpgradeAttempt) => void,
): () => void {
  // By the time of the first connection it is known whether reads can be shared.
  void trySharedReads();
  const stopHttp1 = listenForHttp1(server, onUpgrade);
  const stopHttp2 = isHttp2Server(server) ? listenForConnects(server, onUpgrade) : undefined;
  return () => {
    stopHttp1();
    stopHttp2?.();
  };
}
