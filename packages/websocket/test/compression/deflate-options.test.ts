import { assert, suite } from '@oxbow/testkit';
import { DEFLATE_DEFAULTS, deflateSettings } from '../../src/compression/deflate-options.ts';
import { connectionSettings } from '../../src/connection/connection-options.ts';

const test = suite('options of deflate');

test('is off, on with these defaults, or given', () => {
  assert.equal([deflateSettings(undefined), deflateSettings(false)], [undefined, undefined]);
  assert.equal(deflateSettings(true), DEFLATE_DEFAULTS);
  assert.equal(DEFLATE_DEFAULTS, {
    thresholdBytes: 1_024,
    level: 6,
    memLevel: 8,
    windowBits: 15,
    peerWindowBits: 15,
    contextTakeover: false,
    peerContextTakeover: false,
  });
  assert.is(deflateSettings({ level: 1, windowBits: undefined })?.windowBits, 15);
});

test('at its limits and one past them', () => {
  for (const [name, least, most] of [
    ['level', 1, 9],
    ['memLevel', 1, 9],
    ['windowBits', 9, 15],
    ['peerWindowBits', 8, 15],
  ] as const) {
    for (const good of [least, most]) deflateSettings({ [name]: good });
    for (const bad of [least - 1, most + 1, 9.5, '9']) {
      assert.throws(() => deflateSettings({ [name]: bad } as never), new RegExp(name));
    }
  }
  deflateSettings({ thresholdBytes: 0 });
  assert.throws(() => deflateSettings({ thresholdBytes: -1 }), /thresholdBytes/);
  assert.throws(() => deflateSettings({ contextTakeover: 1 } as never), /contextTakeover/);
  assert.throws(() => deflateSettings({ treshold: 1 } as never), /thresholdBytes|treshold/);
  assert.throws(() => deflateSettings('on' as never), /deflate/);
});

test('a context that lasts needs every message: not with a policy that drops some', () => {
  for (const slowConsumer of ['drop-oldest', 'drop-newest', 'latest'] as const) {
    assert.throws(
      () => connectionSettings({ slowConsumer, deflate: { contextTakeover: true } }),
      /contextTakeover/,
    );
    connectionSettings({ slowConsumer, deflate: true });
  }
});

test.run();
