import { pathToFileURL } from 'node:url';
import { assert, suite } from '@oxbow/testkit';
import { pathOf } from '../../src/host/file-path.ts';

const test = suite('paths of URLs');

test('gives the path of a file', () => {
  const path = import.meta.filename;
  assert.is(pathOf(pathToFileURL(path).href), path);
});

test('gives back what is no file, or no path of this system', () => {
  for (const url of ['https://example.org/app.js', 'data:text/javascript,0', 'file://host/%2f'])
    assert.is(pathOf(url), url);
});

test.run();
