/**
 * Several WebSocket servers may share one HTTP server, each with a path of its own. The router listens once per HTTP
 * server and hands each upgrade to the route of its path; an upgrade nobody serves gets 404, unless somebody else
 * listens for upgrades on the same server.
 */
import { SocketInputError } from '../errors.ts';
import {
  type HttpServer,
  hasOtherListeners,
  listenForUpgrades,
  type UpgradeAttempt,
} from '../transport/portable.ts';

/** Takes the upgrades of one path. */
export interface UpgradeRoute {
  /** The path, or undefined for every path without a route of its own. */
  readonly path: string | undefined;
  handle(attempt: UpgradeAttempt): void;
}

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
    const route = routes.get(pathOf(attempt.url)) ?? routes.get(undefined);
    if (route !== undefined) route.handle(attempt);
    else if (!hasOtherListeners(server)) attempt.refuse(404, 'No WebSocket is served at this path.', []);
  });
  const router: Router = { routes, stop };
  routers.set(server, router);
  return router;
}

/** The path of a request target, without its query. */
export function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
