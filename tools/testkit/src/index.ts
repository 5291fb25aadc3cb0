export * as assert from 'uvu/assert';
export { suite } from 'uvu';
