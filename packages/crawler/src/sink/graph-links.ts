/** What a page says of the link graph: itself, and where it leads. Values only; the formats are the sinks'. */
import type { Page } from '../visit/page.ts';

/** One page of the graph. */
export interface GraphPage {
  readonly url: string;
  readonly status: number;
  readonly depth: number;
  readonly title: string | null;
  /** Where it leads, each once, itself apart. */
  readonly targets: readonly string[];
  /** It leads there by a redirect, not by links. */
  readonly isRedirect: boolean;
}

/** The part of a page that a graph keeps. */
export function graphPage({ url, status, depth, title, links, redirectTo }: Page): GraphPage {
  const found = redirectTo === null ? links : [redirectTo];
  const targets = [...new Set(found)].filter((target) => target !== url);
  return { url, status, depth, title, targets, isRedirect: redirectTo !== null };
}
