import { assert, suite } from '@oxbow/testkit';
import { type NumberedChange, PresenceWatch, readChange, readView } from '../../src/topics/presence-watch.ts';

const test = suite('who is present, as one process sees it');

const member = (id: string) => ({ id, info: null });
const change = (number: number, kind: 'join' | 'leave', id: string, series = 's'): NumberedChange => ({
  series,
  number,
  kind,
  member: member(id),
});

function watched() {
  const told: string[] = [];
  const watch = new PresenceWatch();
  watch.watchers.add(({ kind, member: { id } }) => void told.push(`${kind} ${id}`));
  return { told, watch };
}

test('who was here before is not told; changes are, each once', () => {
  const { told, watch } = watched();
  assert.ok(watch.view({ series: 's', number: 1, members: [member('a')] }));
  assert.ok(watch.change(change(2, 'join', 'b')));
  assert.ok(watch.change(change(2, 'join', 'b')));
  assert.ok(watch.change(change(3, 'leave', 'a')));
  assert.equal(told, ['join b', 'leave a']);
  assert.ok(watch.isAt('s', 3));
  assert.not.ok(watch.isAt('s', 2));
});

test('a missing number, and another series, ask for everybody; the difference is told', () => {
  const { told, watch } = watched();
  watch.view({ series: 's', number: 1, members: [member('a'), member('b')] });
  assert.not.ok(watch.change(change(3, 'join', 'c')));
  assert.ok(watch.view({ series: 's', number: 3, members: [member('b'), member('c')] }));
  assert.not.ok(watch.change(change(1, 'join', 'd', 'another')));
  assert.ok(watch.view({ series: 'another', number: 1, members: [member('d')] }));
  assert.equal(told, ['leave a', 'join c', 'leave b', 'leave c', 'join d']);
});

test('an answer that is older than a change that came meanwhile is not believed', () => {
  const { told, watch } = watched();
  assert.ok(watch.change(change(5, 'join', 'e')));
  assert.not.ok(watch.view({ series: 's', number: 4, members: [] }));
  assert.ok(watch.view({ series: 's', number: 5, members: [member('e')] }));
  assert.ok(watch.change(change(6, 'leave', 'e')));
  assert.equal(told, ['leave e']);
});

test('changes and answers of the server are read', () => {
  assert.equal(readChange(Buffer.from('s.1:7:+{"id":"a:b","info":"ü\\n"}')), {
    series: 's.1',
    number: 7,
    kind: 'join',
    member: { id: 'a:b', info: 'ü\n' },
  });
  assert.is(readChange(Buffer.from('s:1:-{"id":"a","info":null}'))?.kind, 'leave');
  for (const words of ['', 'hello', 's:x:+{}']) assert.is(readChange(Buffer.from(words)), undefined, words);
  const reply = ['s', '4', ['10:me:{"id":"b","info":1}', '2:you:{"id":"a","info":":"}']];
  assert.equal(readView(reply), {
    series: 's',
    number: 4,
    members: [
      { id: 'a', info: ':' },
      { id: 'b', info: 1 },
    ],
  });
});

test.run();
