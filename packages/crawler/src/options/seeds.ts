/** Where a crawl starts, in the forms a caller may give. */

/** One URL to start at, or several. */
export type SeedsOption = string | URL | readonly (string | URL)[];

/** One seed or several, as a list. */
export function listOf(seeds: SeedsOption | undefined): readonly (string | URL)[] {
  if (seeds === undefined) return [];
  return typeof seeds === 'string' || seeds instanceof URL ? [seeds] : seeds;
}
