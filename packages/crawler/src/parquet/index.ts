/** The door `@oxbow/crawler/parquet`: rows as a Parquet file. It needs `hyparquet-writer`. */
export type { ParquetType } from './parquet-columns.ts';
export { MAX_ROW_GROUP, type ParquetOptions, parquet } from './parquet-sink.ts';
