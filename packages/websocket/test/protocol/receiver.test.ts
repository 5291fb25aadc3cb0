// covers: src/protocol/message-assembler.ts, src/protocol/limits.ts, src/protocol/opcode.ts
import { assert, everySplit, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { messageLimits } from '../../src/protocol/limits.ts';
import { Receiver } from '../../src/protocol/receiver.ts';
import { bufferText } from '../../src/transport/buffer-text.ts';
import { bytes, frame, type Heard, hear, hex, join, listen, masked } from '../fixtures/wire.ts';

// The grid: what each role hears. A server takes masked frames, a client unmasked ones; all else is the same.
for (const [role, write] of [
  ['server', masked],
  ['client', frame],
] as const) {
  const framing = suite(`§5.1 and §5.2 a ${role} receives frames`);

  framing('takes a text message', () => {
    assert.equal(hear(role, [write(1, 'Hello')]), [['message', 'Hello']]);
  });
  framing('takes a binary message', () => {
    assert.equal(hear(role, [write(2, [1, 2, 255])]), [['message', [1, 2, 255]]]);
  });
  framing('takes empty messages', () => {
    assert.equal(hear(role, [write(1), write(2)]), [
      ['message', ''],
      ['message', []],
    ]);
  });
  framing('refuses a frame masked the wrong way with 1002', () => {
    const wrong = role === 'server' ? frame : masked;
    assert.equal(hear(role, [wrong(1, 'Hello')]), [['violation', 1002]]);
  });
  for (const rsv of [1, 2, 4]) {
    framing(`refuses reserved bit ${rsv} with 1002`, () => {
      assert.equal(hear(role, [write(1, 'a', { rsv })]), [['violation', 1002]]);
      assert.equal(hear(role, [write(9, 'a', { rsv })]), [['violation', 1002]]);
    });
  }
  for (const opcode of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) {
    framing(`refuses reserved opcode ${opcode} with 1002`, () => {
      assert.equal(hear(role, [write(opcode)]), [['violation', 1002]]);
    });
  }
  framing('ignores everything behind a violation', () => {
    assert.equal(hear(role, [join(write(3), write(1, 'late')), write(1, 'later')]), [['violation', 1002]]);
  });
  framing.run();

  const fragments = suite(`§5.4 a ${role} receives fragments`);

  const wire = join(
    write(1, 'Hé', { fin: false }),
    write(9, 'ping'),
    write(0, '', { fin: false }),
    write(0, 'llo 🚀'),
    write(10, 'pong'),
    write(2, [1], { fin: false }),
    write(0, [2]),
  );
  const told: readonly Heard[] = [
    ['ping', [...bytes('ping')]],
    ['message', 'Héllo 🚀'],
    ['pong', [...bytes('pong')]],
    ['message', [1, 2]],
  ];
  fragments('puts a message together, with control frames between its fragments', () => {
    assert.equal(hear(role, [wire]), told);
  });
  fragments('hears the same at every split', () => {
    everySplit(wire, (chunks) => assert.equal(hear(role, chunks), told));
  });
  fragments('refuses a continuation of nothing with 1002', () => {
    assert.equal(hear(role, [write(0, 'x')]), [['violation', 1002]]);
    assert.equal(hear(role, [write(1, 'x'), write(0, 'x')]), [
      ['message', 'x'],
      ['violation', 1002],
    ]);
  });
  fragments('refuses a message inside of another with 1002', () => {
    assert.equal(hear(role, [write(1, 'x', { fin: false }), write(1, 'y')]), [['violation', 1002]]);
    assert.equal(hear(role, [write(2, 'x', { fin: false }), write(1, 'y', { fin: false })]), [
      ['violation', 1002],
    ]);
  });
  fragments.run();

  const control = suite(`§5.5 a ${role} receives control frames`);

  control('takes 125 bytes of payload, and refuses 126 with 1002', () => {
    assert.equal(hear(role, [write(9, 'x'.repeat(125))]), [['ping', [...bytes('x'.repeat(125))]]]);
    assert.equal(hear(role, [write(9, 'x'.repeat(126))]), [['violation', 1002]]);
  });
  control('refuses a fragmented control frame with 1002', () => {
    for (const opcode of [8, 9, 10]) {
      assert.equal(hear(role, [write(opcode, '', { fin: false })]), [['violation', 1002]]);
    }
  });
  control('reads a Close frame without code, with code, and with reason', () => {
    assert.equal(hear(role, [write(8)]), [['close', undefined, '']]);
    assert.equal(hear(role, [write(8, [3, 232])]), [['close', 1000, '']]);
    assert.equal(hear(role, [write(8, join(hex('0f a0'), bytes('tschüß')))]), [['close', 4000, 'tschüß']]);
  });
  control('refuses half a code with 1002', () => {
    assert.equal(hear(role, [write(8, [3])]), [['violation', 1002]]);
  });
  control('refuses codes that may not be sent with 1002', () => {
    for (const code of [0, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65_535]) {
      assert.equal(hear(role, [write(8, [code >> 8, code & 255])]), [['violation', 1002]], String(code));
    }
  });
  control('takes every code that may be sent', () => {
    for (const code of [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999]) {
      assert.equal(hear(role, [write(8, [code >> 8, code & 255])]), [['close', code, '']]);
    }
  });
  control('refuses a reason that is not UTF-8 with 1007', () => {
    assert.equal(hear(role, [write(8, hex('03 e8 ff'))]), [['violation', 1007]]);
  });
  control('ignores everything behind a Close frame', () => {
    assert.equal(hear(role, [join(write(8), write(1, 'late'), write(8)), write(9)]), [
      ['close', undefined, ''],
    ]);
  });
  control.run();

  const text = suite(`§8.1 a ${role} receives text`);

  text('fails with 1007 at the first bad octet, before the frame ends', () => {
    const start = write(1, hex('ce ba ff'), { announce: 1_000 });
    assert.equal(hear(role, [start]), [['violation', 1007]]);
  });
  text('fails with 1007 at a bad octet in a later fragment, before the message ends', () => {
    assert.equal(hear(role, [write(1, hex('e2 82'), { fin: false }), write(0, hex('41'), { fin: false })]), [
      ['violation', 1007],
    ]);
  });
  text('takes a code point that is cut by fragments', () => {
    assert.equal(hear(role, [write(1, hex('e2 82'), { fin: false }), write(0, hex('ac'))]), [
      ['message', '€'],
    ]);
  });
  text('refuses a code point cut off by the end of the message with 1007', () => {
    assert.equal(hear(role, [write(1, hex('e2 82'))]), [['violation', 1007]]);
    assert.equal(hear(role, [write(1, hex('e2'), { fin: false }), write(0, hex('82'))]), [
      ['violation', 1007],
    ]);
  });
  text('takes U+FFFD where it was really sent', () => {
    assert.equal(hear(role, [write(1, 'a\ufffdb')]), [['message', 'a\ufffdb']]);
  });
  text('keeps a byte order mark', () => {
    assert.equal(hear(role, [write(1, '\ufeffa')]), [['message', '\ufeffa']]);
  });
  text.run();
}

const limits = suite('limits of a message');

limits('takes maxMessageBytes in one frame or in many, and refuses one more with 1009', () => {
  const options = { maxMessageBytes: 10 };
  assert.equal(hear('server', [masked(1, 'x'.repeat(10))], options), [['message', 'x'.repeat(10)]]);
  assert.equal(hear('server', [masked(1, 'x'.repeat(11))], options), [['violation', 1009]]);
  const first = masked(1, 'x'.repeat(6), { fin: false });
  assert.equal(hear('server', [first, masked(0, 'yyyy')], options), [['message', 'xxxxxxyyyy']]);
  assert.equal(hear('server', [first, masked(0, 'yyyyy')], options), [['violation', 1009]]);
});

limits('refuses a message that is too big at its header, before its bytes', () => {
  const header = masked(2, '', { announce: 104_857_600 });
  assert.equal(hear('server', [header]), [['violation', 1009]]);
});

limits('takes maxFragments, and refuses one more with 1008', () => {
  const options = { maxFragments: 3 };
  const open = masked(1, 'a', { fin: false });
  const go = masked(0, 'b', { fin: false });
  assert.equal(hear('server', [open, go, masked(0, 'c')], options), [['message', 'abc']]);
  assert.equal(hear('server', [open, go, go, masked(0, 'c')], options), [['violation', 1008]]);
});

limits('counts fragments for each message anew', () => {
  const wire = [masked(1, 'a', { fin: false }), masked(0, 'b')];
  assert.is(hear('server', [...wire, ...wire, ...wire], { maxFragments: 2 }).length, 3);
});

limits('what waits unparsed is counted with what each chunk costs, and forgotten when it is read', () => {
  const { receiver } = listen('server', { onMessage: (listening) => listening.receiver.stop() });
  receiver.receive(masked(1, 'a'));
  for (let i = 0; i < 300; i += 1) receiver.receive(Uint8Array.of(i === 0 ? 0x81 : 0x80));
  assert.ok(receiver.waitingBytes >= 300 * 200);
  receiver.finish();
  assert.is(receiver.waitingBytes, 0);
});

limits('refuses a text longer than a string can be, from its header alone', () => {
  const header = masked(1, '', { announce: 540_000_000 });
  assert.equal(hear('server', [header], { maxMessageBytes: 2 ** 40 }), [['violation', 1009]]);
  assert.equal(hear('server', [masked(2, '', { announce: 540_000_000 })], { maxMessageBytes: 2 ** 40 }), []);
});

limits('does not break a long message in tiny fragments: 100,000 of one byte', () => {
  const fragments = [masked(2, [1], { fin: false })];
  const middle = join(...Array.from({ length: 1_000 }, () => masked(0, [1], { fin: false })));
  for (let i = 0; i < 100; i += 1) fragments.push(middle);
  fragments.push(masked(0, [1]));
  const { receiver, heard } = listen('server');
  for (const chunk of fragments) receiver.receive(Uint8Array.from(chunk));
  assert.is((heard[0]![1] as readonly number[]).length, 100_002);
});

limits('holds a message in tiny chunks at the cost of its bytes', () => {
  const { receiver } = listen('server');
  const size = 400_000;
  receiver.receive(masked(2, '', { announce: size }));
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < size - 1; i += 1) receiver.receive(new Uint8Array(1));
  // Two buffers at most: the one that grows and its successor (garbage not collected yet included).
  assert.ok(process.memoryUsage().arrayBuffers - before < 16 * size);
});

limits.run();

const pausing = suite('a receiver that is told to stop');

pausing('stops behind the message, keeps the rest, and goes on with it', () => {
  const listening = listen('server', { onMessage: ({ receiver }) => receiver.stop() });
  const { receiver, heard } = listening;
  receiver.receive(join(masked(1, 'a'), masked(1, 'b'), masked(9), masked(1, 'c')));
  assert.equal(heard, [['message', 'a']]);
  receiver.receive(masked(8));
  receiver.resume();
  assert.equal(heard.length, 2);
  assert.ok(receiver.waitingBytes > 0);
  receiver.resume();
  receiver.resume();
  assert.equal(heard, [
    ['message', 'a'],
    ['message', 'b'],
    ['ping', []],
    ['message', 'c'],
    ['close', undefined, ''],
  ]);
  assert.is(receiver.waitingBytes, 0);
});

pausing('may be told to go on from within the message', () => {
  const { receiver, heard } = listen('server', {
    onMessage: (listening) => {
      listening.receiver.stop();
      listening.receiver.resume();
    },
  });
  receiver.receive(join(masked(1, 'a'), masked(1, 'b')));
  assert.is(heard.length, 2);
});

pausing('tells nothing more once it is finished', () => {
  const { receiver, heard } = listen('server', { onMessage: (listening) => listening.receiver.finish() });
  receiver.receive(join(masked(1, 'a'), masked(1, 'b')));
  receiver.receive(masked(1, 'c'));
  assert.equal(heard, [['message', 'a']]);
});

pausing.run();

const lending = suite('a receiver that is lent its bytes');

const LOAN = join(
  masked(2, new Uint8Array(300).fill(1)),
  masked(1, 'Hé', { fin: false }),
  masked(9, 'ping'),
  masked(0, 'llo 🚀'),
  masked(2, [1], { fin: false }),
  masked(10, 'pong'),
  masked(0, [2]),
  masked(2, [3]),
  masked(8, hex('03 e8 62 79 65')),
);

/** What is kept of everything told in these chunks, each of them overwritten as soon as it was taken. */
function keptOf(chunks: readonly Uint8Array[], stops: boolean): readonly unknown[] {
  const kept: unknown[] = [];
  const events = {
    message: (data: string | Uint8Array) => {
      kept.push(data);
      if (stops) receiver.stop();
    },
    ping: (payload: Uint8Array) => kept.push(payload),
    pong: (payload: Uint8Array) => kept.push(payload),
    close: (code: number | undefined, reason: string) => kept.push([code, reason]),
    violation: (error: unknown) => kept.push(error),
  };
  const receiver: Receiver = new Receiver('server', messageLimits({}), bufferText, events);
  for (const chunk of chunks) {
    const memory = Uint8Array.from(chunk);
    receiver.receive(memory, true);
    memory.fill(0xa5);
  }
  while (receiver.stopped) receiver.resume();
  return kept;
}

for (const stops of [false, true]) {
  lending(`keeps nothing of the loan${stops ? ', also when it stops behind each message' : ''}`, () => {
    const whole = keptOf([LOAN], stops);
    assert.equal(whole, [
      new Uint8Array(300).fill(1),
      bytes('ping'),
      'Héllo 🚀',
      bytes('pong'),
      Uint8Array.of(1, 2),
      Uint8Array.of(3),
      [1000, 'bye'],
    ]);
    everySplit(LOAN, (chunks) => assert.equal(keptOf(chunks, stops), whole));
  });
}

lending('copies also a message that fills the memory', () => {
  assert.equal(keptOf([masked(2, new Uint8Array(60_000).fill(7))], false), [new Uint8Array(60_000).fill(7)]);
});

lending('hands over messages of plain bytes, in memory of their own', () => {
  const [message] = keptOf([masked(2, [1, 2, 3])], false) as [Uint8Array];
  assert.is(message.constructor, Uint8Array);
  assert.is(message.buffer.byteLength, 3);
});

lending.run();

const model = suite('against a naive model');

/** Messages as lists of fragments, with pings between. */
const anyMessages = fc.array(
  fc.record({
    isText: fc.boolean(),
    parts: fc.array(fc.string({ maxLength: 40 }), { minLength: 1, maxLength: 4 }),
    ping: fc.boolean(),
  }),
  { maxLength: 6 },
);

model('hears what was sent, whatever the fragments and the cuts', () => {
  fc.assert(
    fc.property(anyMessages, fc.array(fc.nat(1_500), { maxLength: 10 }), (messages, cuts) => {
      const wire: Uint8Array[] = [];
      const expected: Heard[] = [];
      for (const { isText, parts, ping } of messages) {
        for (const [i, part] of parts.entries()) {
          const isLast = i === parts.length - 1;
          wire.push(masked(i > 0 ? 0 : isText ? 1 : 2, part, { fin: isLast }));
          if (ping && !isLast) {
            wire.push(masked(9, 'p'));
            expected.push(['ping', [112]]);
          }
        }
        const whole = parts.map((part) => new TextEncoder().encode(part));
        const all = join(...whole);
        expected.push([
          'message',
          isText ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(all) : [...all],
        ]);
      }
      const all = join(...wire);
      const at = [...cuts, 0, all.length].filter((cut) => cut <= all.length).sort((a, b) => a - b);
      assert.equal(
        hear(
          'server',
          at.slice(1).map((end, i) => all.subarray(at[i], end)),
        ),
        expected,
      );
    }),
    { numRuns: 300 },
  );
});

model('never throws and never tells more after the end, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 6 }), (chunks) => {
      for (const role of ['client', 'server'] as const) {
        const heard = hear(role, chunks, { maxMessageBytes: 64 });
        const end = heard.findIndex(([what]) => what === 'close' || what === 'violation');
        assert.ok(end === -1 || end === heard.length - 1);
      }
    }),
    { numRuns: 1_000 },
  );
});

model.run();
