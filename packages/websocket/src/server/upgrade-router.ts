/**
 * Several WebSocket servers may share one HTTP server, each with a path of its own. The router listens once per HTTP
 * server and hands each upgrade to the route of its path; an upgrade nobody serves gets 404. Where somebody else listens
 * for upgrades too, it may be theirs: it gets its 404 once they have had time to answer.
 */
import { SocketInputError } from '../errors.ts';
import { pathOf, readTarget, refuse } from '../protocol/handshake.ts';
import { listenForUpgrades } from '../transport/listen-for-upgrades.ts';
import { type HttpServer, hasOtherListeners } from '../transport/portable.ts';
import type { UpgradeAttempt } from '../transport/upgrade-attempt.ts';

/** An upgrade on its way to a server. */
export interface RoutedUpgrade {
  readonly attempt: UpgradeAttempt;
  /** The target as a path with its query. */
  readonly pathAndQuery: string;
  /** The host the request is for. */
  readonly host: string | undefined;
}

/** Takes the upgrades of one path. */
export interface UpgradeRoute {
  /** The path, or undefined for every path without a route of its own. */
  readonly path: string | undefined;
  handle(upgrade: RoutedUpgrade): void;
}

/** How long other listeners have for an upgrade none of ours serves, in ms. */
export const UNCLAIMED_TIMEOUT_MS = 1_000;

interface Router {
  readonly routes: Map<string | undefined, UpgradeRoute>;
  readonly stop: () => void;
}

const routers = new WeakMap<HttpServer, Router>();

/**
 * Adds a route to an HTTP server.
 *
 * @returns what takes it away again
 * @throws SocketInputError when the path has a route already
 */
export function addRoute(server: HttpServer, route: UpgradeRoute): () => void {
  const router = routers.get(server) ?? openRouter(server);
  if (router.routes.has(route.path)) {
    const path = route.path === undefined ? 'every path' : `the path "${route.path}"`;
    throw new SocketInputError(`serve(): this HTTP server serves WebSockets on ${path} already.`);
  }
  router.routes.set(route.path, route);
  return () => {
    if (router.routes.get(route.path) !== route) return;
    router.routes.delete(route.path);
    if (router.routes.size > 0) return;
    router.stop();
    routers.delete(server);
  };
}

function openRouter(server: HttpServer): Router {
  const routes: Router['routes'] = new Map();
  const stop = listenForUpgrades(server, (attempt) => {
    const target = readTarget(attempt.target);
    const path = target === undefined ? undefined : pathOf(target.pathAndQuery);
    const route = (path === undefined ? undefined : routes.get(path)) ?? routes.get(undefined);
    if (route !== undefined && target !== undefined) {
      const host = target.authority ?? attempt.headers.host;
      route.handle({ attempt, pathAndQuery: target.pathAndQuery, host });
    } else if (hasOtherListeners(server)) {
      refuseUnclaimed(attempt);
    } else {
      answerNotFound(attempt);
    }
  });
  const router: Router = { routes, stop };
  routers.set(server, router);
  return router;
}

/** A stranger must not hold a connection that nobody wants. */
function refuseUnclaimed(attempt: UpgradeAttempt): void {
  const timer = setTimeout(() => {
    if (attempt.isUnanswered && !attempt.isGone) answerNotFound(attempt);
  }, UNCLAIMED_TIMEOUT_MS);
  timer.unref();
}

function answerNotFound(attempt: UpgradeAttempt): void {
  const { status, reason, headers } = refuse(404, 'No WebSocket is served at this path.');
  attempt.refuse(status, reason, headers);
}
