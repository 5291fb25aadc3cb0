/** How a crawl comes to a frontier that stands elsewhere, such as on a server. Types, and what tells one from a frontier. */
import type { Frontier, FrontierOptions } from './frontier.ts';

/** What a crawl asks for when it opens a frontier. */
export interface FrontierOpening {
  /** Makes the store when it is not there; refused otherwise. */
  readonly create: boolean;
  /** The output that is about to be written; `''` for none. */
  readonly output: string;
  /**
   * The limits that hold from now on, for the rules that the store keeps (undefined when it keeps none). What it throws refuses the
   * opening. Left out: the limits stay as they are.
   */
  optionsFor?(rules: unknown): FrontierOptions;
}

/** A frontier that stands elsewhere, to be opened once the crawl knows what it asks of it. The crawl closes what it opened. */
export interface FrontierOpener {
  /** How it is called in messages: never with a password. */
  readonly name: string;
  /** Opens the frontier. */
  open(request: FrontierOpening): Promise<Frontier>;
}

/** One process that works on a crawl, as its frontier knows it. */
export interface FrontierWorker {
  readonly workerId: string;
  readonly host: string;
  readonly pid: number;
  readonly output: string;
  /** URLs it has settled. */
  readonly settled: number;
  /** Milliseconds until it counts as gone, unless it is heard of before. */
  readonly endsInMs: number;
}

/** True for an opener; false for a frontier that is open. */
export function isFrontierOpener(frontier: Frontier | FrontierOpener): frontier is FrontierOpener {
  return 'open' in frontier;
}
