import { assert, suite } from '@oxbow/testkit';
import { jsonl } from '../../src/sink/jsonl.ts';
import { withFile } from './file-sinks.ts';

const test = suite('jsonl');
test('writes each row as one line', () =>
  withFile(async (path, read) => {
    const sink = jsonl(path);
    await sink.open(undefined);
    await sink.write([{ a: 'x\ny' }, null, 'é', undefined]);
    await sink.close();
    assert.is(await read(), '{"a":"x\\ny"}\nnull\n"é"\nnull\n');
  }));
test.run();
