/** The fields of a page's row, as the sinks with columns write them when nobody names others. */
export const PAGE_COLUMNS: readonly string[] = [
  'url',
  'status',
  'depth',
  'title',
  'links',
  'contentType',
  'bytes',
  'fetchedAt',
  'referrer',
];
