/** Runs the published checks of `@oxbow/crawler/contract` as a suite. */
import { suite } from '@oxbow/testkit';
import { checkFrontier, type FrontierFactory } from '../../src/contract/frontier-contract.ts';

/** Runs the suite against one engine. @param histories random orders of calls to try */
export function frontierContract(name: string, create: FrontierFactory, histories = 60): void {
  const test = suite(`${name} frontier`);
  for (const { title, run } of checkFrontier(create, { histories })) test(title, run);
  test.run();
}
