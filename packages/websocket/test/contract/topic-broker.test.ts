// covers: src/topic/audience.ts, src/contract.ts, src/contract/topic-broker-contract.ts, src/topic/memory-broker.ts, src/topic/memory-presence.ts
import { suite } from '@oxbow/testkit';
import { checkTopicBroker } from '../../src/contract.ts';
import { memoryBroker } from '../../src/topic/memory-broker.ts';

const test = suite('contract of a topic broker: memory');

for (const { title, run } of checkTopicBroker({ open: () => memoryBroker() })) test(title, run);

test.run();
