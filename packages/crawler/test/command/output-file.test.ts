import { assert, suite } from '@oxbow/testkit';
import { outputSink } from '../../src/command/output-file.ts';

const test = suite('outputSink');
test('goes by the name of the format, else by the end of the path, else is JSON Lines', async () => {
  const lineOf = async (path: string, format?: 'csv' | 'jsonl') => {
    const sink = await outputSink(path, format, {});
    return [sink.takes, sink.output, sink.constructor.name];
  };
  assert.equal(await lineOf('/x/a.md'), ['pages', 'a.md', 'MarkdownOutput']);
  assert.equal(await lineOf('/x/a.PARQUET'), [undefined, 'a.PARQUET', 'ParquetOutput']);
  for (const name of ['a.graphml', 'a.dot', 'a.gv'])
    assert.equal(await lineOf(name), ['pages', name, 'GraphOutput']);
  assert.equal(await lineOf('a.warc'), ['pages', 'a.warc', 'WarcOutput']);
  assert.equal(await lineOf('a.sqlite'), [undefined, 'a.sqlite#pages', 'SqliteOutput']);
  assert.equal(await lineOf('a.md', 'csv'), [undefined, 'a.md', 'FileOutput']);
  assert.equal(await lineOf('a'), [undefined, 'a', 'FileOutput']);
});
test('refuses what a format cannot do', async () => {
  for (const path of ['a.graphml', 'a.dot', 'a.parquet']) {
    const code = await outputSink(path, undefined, { append: true }).catch(
      (error: { code: string }) => error.code,
    );
    assert.is(code, 'ERR_OXBOW_CRAWLER_OPTION');
  }
});
test.run();
