/** Every app that has a page: where it stands and how it is started. The header of each page leads to the others. */

/** One app. */
export interface App {
  /** The word in its command and in `/app.json`. */
  readonly name: string;
  /** What the header calls it. */
  readonly title: string;
  /** What starts it, in a clone of this repository. */
  readonly command: string;
  /** The port of 127.0.0.1 it takes when that is free. */
  readonly port: number;
}

/** The apps in the order of the header. */
export const APPS: readonly App[] = [
  { name: 'observatory', title: 'Observatory', command: 'npm start', port: 4280 },
  { name: 'article', title: 'Article', command: 'npm run article -- --read', port: 4281 },
  { name: 'lab', title: 'Concurrency lab', command: 'npm run lab', port: 4282 },
  { name: 'echo', title: 'Echo', command: 'npm run echo', port: 4283 },
  { name: 'chat', title: 'Chat room', command: 'npm run chat', port: 4284 },
];

/** The app of that name. */
export function appNamed(name: string): App {
  const app = APPS.find((known) => known.name === name);
  if (app === undefined) throw new Error(`app-list.ts has no app "${name}"`);
  return app;
}
