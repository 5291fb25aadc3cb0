// covers: src/frontier/frontier-core.ts
import { assert, suite } from '@oxbow/testkit';
import { MemoryFrontier } from '../../src/frontier/memory-frontier.ts';
import { frontierContract } from '../contract/frontier-contract.ts';

frontierContract('memory', async (options) => new MemoryFrontier(options));

const test = suite('MemoryFrontier');
test('refuses an unknown option and names the nearest', () => {
  assert.throws(() => new MemoryFrontier({ delayMS: 1 } as object), /delayMs/);
  assert.throws(
    () => new MemoryFrontier({ delayMs: -1 }),
    (error: { option: string }) => error.option === 'delayMs',
  );
});
test.run();
