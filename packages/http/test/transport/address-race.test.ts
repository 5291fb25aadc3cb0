import { currentLoop, run, sleep, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { AddressRace, type Dialing, interleaveFamilies } from '../../src/transport/address-race.ts';
import type { ResolvedAddress } from '../../src/transport/resolver.ts';

const test = suite('a race of addresses (RFC 8305)');

/** What becomes of an address: connected or failed after so many milliseconds, or nothing ever. */
type Fate = { connectedAfterMs: number } | { failedAfterMs: number } | 'silent';

/** A race over addresses of these fates: what was dialed and closed when, and how it ended. */
async function race(fates: readonly Fate[], cancelAfterMs?: number) {
  const log: string[] = [];
  let ended: string | undefined;
  await run(
    async () => {
      const loop = currentLoop();
      const note = (what: string) => void log.push(`${loop.time() - startedMs} ${what}`);
      const startedMs = loop.time();
      const addresses: ResolvedAddress[] = fates.map((_, i) => ({ address: `${i}`, family: 4 }));
      const race = new AddressRace<Dialing & { address: string }>(
        loop,
        addresses,
        ({ address }, onConnected, onFailed) => {
          note(`dial ${address}`);
          const fate = fates[Number(address)] ?? 'silent';
          const dialing = {
            address,
            close() {
              note(`close ${address}`);
              timer?.cancel();
            },
          };
          const timer =
            fate === 'silent'
              ? undefined
              : 'connectedAfterMs' in fate
                ? loop.callLater(fate.connectedAfterMs, () => onConnected(dialing))
                : loop.callLater(fate.failedAfterMs, () => onFailed(new Error(address)));
          return dialing;
        },
        {
          onWon: ({ address }) => {
            ended = `${loop.time() - startedMs} won ${address}`;
          },
          onLost: (errors) => {
            ended = `${loop.time() - startedMs} lost ${errors.map((error) => error.message).join(',')}`;
          },
        },
      );
      race.start();
      if (cancelAfterMs !== undefined) {
        await sleep(cancelAfterMs);
        race.cancel();
      }
      await sleep(60_000);
    },
    { clock: new VirtualClock() },
  );
  return { log, ended };
}

test('one address is dialed for as long as it takes', async () => {
  assert.equal(await race([{ connectedAfterMs: 7_000 }]), { log: ['0 dial 0'], ended: '7000 won 0' });
});

test('a slow handshake goes on while the next address is tried, and may still win', async () => {
  const { log, ended } = await race([{ connectedAfterMs: 1_000 }, 'silent', 'silent']);
  assert.equal(log, ['0 dial 0', '250 dial 1', '500 dial 2', '1000 close 1', '1000 close 2']);
  assert.is(ended, '1000 won 0');
});

test('a second address that is faster wins, and the first is closed', async () => {
  const { log, ended } = await race([{ connectedAfterMs: 1_000 }, { connectedAfterMs: 20 }]);
  assert.equal(log, ['0 dial 0', '250 dial 1', '270 close 0']);
  assert.is(ended, '270 won 1');
});

test('a failure brings the next address at once', async () => {
  const { log, ended } = await race([{ failedAfterMs: 5 }, { failedAfterMs: 5 }, { connectedAfterMs: 5 }]);
  assert.equal(log, ['0 dial 0', '5 dial 1', '10 dial 2']);
  assert.is(ended, '15 won 2');
});

test('it is lost when every address has failed, the slow ones too', async () => {
  assert.is((await race([{ failedAfterMs: 3_000 }, { failedAfterMs: 1 }])).ended, '3000 lost 1,0');
  assert.is((await race([{ failedAfterMs: 3_000 }])).ended, '3000 lost 0');
});

test('giving up closes what is under way and dials nothing more', async () => {
  const { log, ended } = await race(['silent', 'silent', 'silent'], 300);
  assert.equal(log, ['0 dial 0', '250 dial 1', '300 close 0', '300 close 1']);
  assert.is(ended, undefined);
});

test('families take turns, beginning with that of the first address (§4)', () => {
  const addresses: ResolvedAddress[] = [
    { address: '::1', family: 6 },
    { address: '::2', family: 6 },
    { address: '::3', family: 6 },
    { address: '1.1.1.1', family: 4 },
  ];
  assert.equal(
    interleaveFamilies(addresses).map(({ address }) => address),
    ['::1', '1.1.1.1', '::2', '::3'],
  );
});

test.run();
