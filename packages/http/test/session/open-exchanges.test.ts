import { assert, suite } from '@oxbow/testkit';
import { type OpenExchange, OpenExchanges } from '../../src/session/open-exchanges.ts';

const test = suite('open exchanges');

class Member implements OpenExchange<Member> {
  readonly name: number;
  previousOpen: Member | undefined = undefined;
  nextOpen: Member | undefined = undefined;

  constructor(name: number) {
    this.name = name;
  }
}

const COUNT = 4;

/** Every order in which the numbers below COUNT can be written. */
function orders(left: readonly number[] = [0, 1, 2, 3]): number[][] {
  if (left.length === 0) return [[]];
  return left.flatMap((one) => orders(left.filter((other) => other !== one)).map((rest) => [one, ...rest]));
}

test('members leave in any order, and those that stay are told oldest first', () => {
  for (const order of orders()) {
    const open = new OpenExchanges<Member>();
    const members = Array.from({ length: COUNT }, (_, name) => new Member(name));
    for (const member of members) open.add(member);
    const staying = new Set(members);
    for (const name of order) {
      const leaving = members[name] as Member;
      open.remove(leaving);
      staying.delete(leaving);
      assert.equal(
        open.all().map((one) => one.name),
        [...staying].map((one) => one.name),
      );
      assert.is(open.size, staying.size);
      assert.is(leaving.previousOpen ?? leaving.nextOpen, undefined, 'it must hold nobody in memory');
    }
  }
});

test('removing what is not in the list changes nothing', () => {
  const open = new OpenExchanges<Member>();
  const member = new Member(1);
  open.remove(member);
  assert.is(open.size, 0);
  open.add(member);
  open.remove(new Member(2));
  assert.equal(open.all(), [member]);
  assert.is(open.size, 1);
});

test('a member that left can come back', () => {
  const open = new OpenExchanges<Member>();
  const [first, second] = [new Member(1), new Member(2)];
  open.add(first);
  open.add(second);
  open.remove(first);
  open.add(first);
  assert.equal(open.all(), [second, first]);
});

test.run();
