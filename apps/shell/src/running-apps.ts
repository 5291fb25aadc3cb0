/**
 * Which apps run on this machine now. A page that looked for them itself would put errors on its console, so its server does it. The
 * server asks each app's usual port who is there, and counts only an answer of one of our apps.
 */
import { APPS } from './app-list.ts';

/** An app as the header shows it. */
export interface ListedApp {
  readonly name: string;
  readonly title: string;
  readonly command: string;
  /** Where it runs; absent while it does not. */
  readonly url?: string;
}

/** Path at which every app says its name, as `{ "name": … }`. */
export const NAME_PATH = '/app.json';
/** How long one port is waited for, in milliseconds: an app on this machine answers within a few. */
const ANSWER_TIMEOUT_MS = 500;

/** All apps in the order of the header, those that run with their address. Takes half a second at most. */
export function listApps(): Promise<readonly ListedApp[]> {
  return Promise.all(
    APPS.map(async ({ name, title, command, port }) => {
      const url = `http://127.0.0.1:${port}/`;
      return { name, title, command, ...((await nameAt(url)) === name ? { url } : {}) };
    }),
  );
}

async function nameAt(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(new URL(NAME_PATH, url), { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    const { name } = (await response.json()) as { name?: unknown };
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}
