import { assert, suite } from '@oxbow/testkit';
import { unseal } from '../../src/envelope/envelope.ts';
import { placeOf, sealPlaced, type TopicPosition } from '../../src/envelope/place.ts';
import { MAX_TRACKED_TOPICS, TopicPositions } from '../../src/envelope/topic-positions.ts';

type Kind = 'publication' | 'joined' | 'resumed' | 'left' | 'resume';

function tracked() {
  const got: unknown[] = [];
  const asked: unknown[] = [];
  const resumed: (readonly [string, number | undefined])[] = [];
  const positions = new TopicPositions({
    deliver: (data) => got.push(data),
    send: (envelope) => asked.push(placeOf(unseal(envelope)!)!.position),
    resumed: ({ topic, missed }) => resumed.push([topic, missed]),
  });
  const say = (kind: Kind, offset: number, data?: string, epoch = 'e') =>
    positions.receive(unseal(sealPlaced(kind, 'news', { epoch, offset }, data))!);
  return { positions, got, asked, resumed, say };
}

const test = suite('a client’s places in topics');

test('follow what is delivered', () => {
  const { positions, got, say } = tracked();
  say('joined', 4);
  say('publication', 5, 'm5');
  say('publication', 6, 'm6');
  assert.equal(got, ['m5', 'm6']);
  assert.equal(positions.all, new Map<string, TopicPosition>([['news', { epoch: 'e', offset: 6 }]]));
});

test('back where it left, nothing was missed', () => {
  const { resumed, asked, say } = tracked();
  say('joined', 4);
  say('joined', 4);
  assert.equal([resumed, asked], [[['news', 0]], []]);
});

test('back elsewhere, it asks, drops what comes meanwhile, and gets each message once', () => {
  const { got, asked, resumed, say } = tracked();
  say('joined', 4);
  say('publication', 5, 'm5');
  say('joined', 8);
  assert.equal(asked, [{ epoch: 'e', offset: 5 }]);
  say('publication', 9, 'm9');
  say('resumed', 5);
  for (const offset of [6, 7, 8, 9, 10]) say('publication', offset, `m${offset}`);
  assert.equal(got, ['m5', 'm6', 'm7', 'm8', 'm9', 'm10']);
  assert.equal(resumed, [['news', 0]]);
});

test('what the server has forgotten is told exactly, and unknown when it lost count', () => {
  const { got, resumed, say } = tracked();
  say('joined', 4);
  say('joined', 9);
  say('resumed', 7);
  say('publication', 8, 'm8');
  say('joined', 2, undefined, 'another');
  say('resumed', 1, undefined, 'another');
  say('publication', 2, 'x', 'another');
  assert.equal(
    [got, resumed],
    [
      ['m8', 'x'],
      [
        ['news', 3],
        ['news', undefined],
      ],
    ],
  );
});

test('a hole in what is live is told, and a copy is dropped', () => {
  const { got, resumed, say } = tracked();
  say('publication', 1, 'm1');
  say('publication', 4, 'm4');
  say('publication', 4, 'm4');
  assert.equal([got, resumed], [['m1', 'm4'], [['news', 2]]]);
});

test('a topic that was left is forgotten', () => {
  const { positions, resumed, say } = tracked();
  say('joined', 4);
  say('left', 4);
  say('joined', 9);
  assert.equal([positions.all.size, resumed], [1, []]);
});

test('what is none of its business is left alone', () => {
  const { say } = tracked();
  assert.is(say('resume', 1), false);
});

test('so many topics are tracked and no more; the others are delivered all the same', () => {
  const { positions, got } = tracked();
  for (let i = 0; i <= MAX_TRACKED_TOPICS; i += 1) {
    positions.receive(unseal(sealPlaced('publication', `t${i}`, { epoch: 'e', offset: 1 }, 'x'))!);
  }
  assert.equal([positions.all.size, got.length], [MAX_TRACKED_TOPICS, MAX_TRACKED_TOPICS + 1]);
});

test.run();
