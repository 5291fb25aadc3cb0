/** The door `@oxbow/websocket/contract`: what an engine for topics must pass. */

export type { Check } from './contract/check.ts';
export { ContractBrokenError } from './contract/check.ts';
export type { BrokerContract } from './contract/topic-broker-contract.ts';
export { checkTopicBroker } from './contract/topic-broker-contract.ts';
