/** The templates: what they are called, and where their files lie. Copies nothing. */
import { fileURLToPath } from 'node:url';
import { CreateError } from './errors.ts';

/** What a project can begin as. */
export interface Template {
  /** As given to `--template`. */
  readonly name: TemplateName;
  /** What the program does, in a line. */
  readonly about: string;
}

/** The name of a template. */
export type TemplateName = 'crawler' | 'websocket-server' | 'http-script' | 'worker-pool';

/** Every template, in the order in which they are offered. */
export const TEMPLATES: readonly Template[] = Object.freeze([
  { name: 'crawler', about: 'crawls a site and writes a record for each page' },
  { name: 'websocket-server', about: 'a WebSocket server with rooms and a health check' },
  { name: 'http-script', about: 'asks many URLs at once, with limits, retries and a deadline' },
  { name: 'worker-pool', about: 'spreads a computation over all processors' },
]);

/** What every template begins with: settings, and what is not kept in Git or sent to Docker. */
export const BASE_FOLDER: string = folderOf('base');

/**
 * The template of that name.
 *
 * @throws CreateError `ERR_OXBOW_CREATE_UNKNOWN_TEMPLATE`, which lists the names there are
 */
export function templateNamed(name: string): Template {
  const template = TEMPLATES.find((each) => each.name === name);
  if (template !== undefined) return template;
  const names = TEMPLATES.map((each) => each.name).join(', ');
  const message = `there is no template "${name}"; the templates are ${names}`;
  throw new CreateError('ERR_OXBOW_CREATE_UNKNOWN_TEMPLATE', message);
}

/** The folder that holds the files of a template. */
export function templateFolder({ name }: Template): string {
  return folderOf(name);
}

/** `src/` and `dist/` stand at the same height, so that one path leads to the templates from both. */
function folderOf(name: string): string {
  return fileURLToPath(new URL(`../templates/${name}`, import.meta.url));
}
