/** The door `@oxbow/crawler/s3`: the output of a crawl as an object of S3 or a compatible store. It needs `@aws-sdk/client-s3`. */
export { type S3Options, s3 } from './s3-sink.ts';
