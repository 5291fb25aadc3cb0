// covers: src/rx.ts
import { readFile } from 'node:fs/promises';
import * as door from '@oxbow/stream/rx';
import { assert, suite } from '@oxbow/testkit';
import * as stock from 'rxjs';

const test = suite('biome-preset.json');

/** Replaced for speed or for the stream they return; RxJS's own are as safe. */
const SAFE_IN_STOCK = new Set(['map', 'filter', 'scan', 'take', 'tap', 'of', 'from', 'range', 'defer']);

test('points every import of an unsafe rxjs name to the rx door', async () => {
  const preset = JSON.parse(await readFile(new URL('../src/biome-preset.json', import.meta.url), 'utf8'));
  const { importNames, message } = preset.linter.rules.style.noRestrictedImports.options.paths.rxjs;
  const ours = door as Record<string, unknown>;
  const unsafe = Object.entries(stock)
    .filter(
      ([name, value]) => typeof value === 'function' && ours[name] !== value && !SAFE_IN_STOCK.has(name),
    )
    .map(([name]) => name);
  assert.equal([...importNames].sort(), unsafe.sort());
  assert.match(message, '@oxbow/stream/rx');
});

test.run();
