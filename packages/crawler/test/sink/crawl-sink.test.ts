import { assert, suite } from '@oxbow/testkit';
import { isCrawlSink } from '../../src/sink/crawl-sink.ts';
import { jsonl } from '../../src/sink/jsonl.ts';

const test = suite('isCrawlSink');
test('tells a sink that commits with the frontier from any other', () => {
  assert.ok(isCrawlSink(jsonl('file')));
  assert.ok(isCrawlSink({ commit: 'idempotent' }));
  for (const other of [null, undefined, {}, { write: () => {} }, { commit: true }])
    assert.not.ok(isCrawlSink(other));
});
test.run();
