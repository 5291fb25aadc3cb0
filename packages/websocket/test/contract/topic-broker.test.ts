import { memoryBroker } from '../../src/topic/memory-broker.ts';
import { checkTopicBroker } from './topic-broker-contract.ts';

checkTopicBroker('memory', () => memoryBroker());
