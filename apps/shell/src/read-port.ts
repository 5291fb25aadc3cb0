/** The value of `--port`, the same for every app. */
import { Refusal } from './run-app.ts';

const MAX_PORT = 65_535;

/** The port in `word`; 0 asks for any free one. Refuses everything that is no port. */
export function readPort(word: string | undefined): number {
  const port = word === undefined || !/^\d{1,5}$/.test(word) ? Number.NaN : Number(word);
  if (port <= MAX_PORT) return port;
  throw new Refusal(`--port takes a number from 0 to ${MAX_PORT}, got ${word ?? 'nothing'}`);
}
