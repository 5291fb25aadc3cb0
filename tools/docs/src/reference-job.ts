/** What passes between the command and the thread that runs typedoc: the job, and what is said about it. */
import type { PageForm } from './command-line.ts';
import type { DocumentedPackage } from './door.ts';
import type { Finding } from './finding.ts';

/** What to write and where. */
export interface ReferenceJob {
  /** The repository's folder. */
  readonly root: string;
  readonly packages: readonly DocumentedPackage[];
  readonly form: PageForm;
  /** An empty folder, two levels below the root like the place the pages will have. */
  readonly into: string;
}

/** What the thread says. After `done` it ends. */
export type ReferenceMessage =
  | { readonly kind: 'progress'; readonly line: string }
  | { readonly kind: 'done'; readonly findings: readonly Finding[] };
