import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { contentOf, unseal } from '../../src/envelope/envelope.ts';
import { hasPlace, placeOf, sealPlaced } from '../../src/envelope/place.ts';
import { hex } from '../fixtures/wire.ts';

const test = suite('places on the wire');

test('have this form', () => {
  assert.equal(
    sealPlaced('publication', 'n', { epoch: 'e', offset: 3 }, 'hi'),
    hex('f5 6f 78 62 6f 77 ff 00 04 00 00000000 0001 6e 0001 65 4008000000000000 68 69'),
  );
});

test('open to what was sealed, and to nothing when they are cut off', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 20 }),
      fc.string({ maxLength: 20 }),
      fc.nat(2 ** 31),
      fc.oneof(fc.string({ maxLength: 20 }), fc.uint8Array({ maxLength: 20 })),
      (topic, epoch, offset, data) => {
        const well = (text: string) => Buffer.from(text, 'utf8').toString('utf8');
        const envelope = unseal(sealPlaced('publication', topic, { epoch, offset }, data))!;
        const placed = placeOf(envelope)!;
        assert.equal([placed.topic, placed.position], [well(topic), { epoch: well(epoch), offset }]);
        const content = contentOf({ content: envelope.content, payload: placed.payload });
        assert.equal(content, typeof data === 'string' ? well(data) : data);
        const head = envelope.payload.length - placed.payload.length;
        for (let length = 0; length < head; length += 1) {
          assert.is(placeOf({ payload: envelope.payload.slice(0, length) }), undefined);
        }
      },
    ),
  );
});

test('an offset that is none is refused', () => {
  for (const offset of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.is(placeOf(unseal(sealPlaced('joined', 't', { epoch: 'e', offset }))!), undefined);
  }
});

test('requests, heartbeats and literals have none', () => {
  for (const kind of ['literal', 'request', 'reply', 'refusal', 'ping', 'pong'] as const) {
    assert.is(hasPlace(kind), false);
  }
});

test.run();
