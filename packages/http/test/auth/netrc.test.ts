import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '@oxbow/testkit';
import { MAX_NETRC_BYTES, parseNetrc } from '../../src/auth/netrc.ts';
import { netrc } from '../../src/index.ts';
import { rejectionOf, thrownBy } from '../rejection.ts';
import { within } from '../session/within.ts';

const test = suite('netrc');

test('machines on one line or several, quotes, comments, macros and the default entry', () => {
  const entries = parseNetrc(`
# of the office
machine Example.org login ann password s3cret#1
machine b.test
  login "bob \\"b\\""   # his name
  account 5
  password "two words"
macdef init
machine not.one login x password y

machine c.test password only
machine d.test login dan
default login anonymous password me@example.org
`);
  assert.equal(entries, [
    { machine: 'example.org', login: 'ann', password: 's3cret#1' },
    { machine: 'b.test', login: 'bob "b"', password: 'two words' },
    { machine: 'd.test', login: 'dan', password: '' },
  ]);
});

test('a malformed file is refused by its line, and nothing of it is shown', () => {
  for (const [text, line] of [
    ['\nlogin hunter2', 2],
    ['machine a login', 1],
    ['machine a\n\nhunter2', 3],
  ] as const) {
    const error = thrownBy(() => parseNetrc(text));
    assert.is(error.code, 'ERR_OXBOW_HTTP_NETRC');
    assert.match(error.message, `line ${line} `);
    assert.not.match(error.message, 'hunter2');
  }
});

test(
  'its machines get their passwords over https; a redirect takes none along',
  within(
    (mock) =>
      mock
        .on('GET', 'https://a.test/go', { status: 302, headers: { location: 'https://c.test/' } })
        .on('GET', /./, ({ headers }) => ({ body: headers['authorization'] ?? 'none' })),
    {},
    async (session) => {
      const folder = await mkdtemp(join(tmpdir(), 'oxbow-netrc-'));
      const file = join(folder, 'netrc');
      await writeFile(file, 'machine a.test login ann password x\nmachine b.test login bob password y');
      const [ann, bob] = await netrc(file);
      await rm(folder, { recursive: true });
      const get = (url: string, auth = ann) => session.get(url, auth === undefined ? {} : { auth }).text();
      assert.is(await get('https://a.test:8443/'), 'Basic YW5uOng=');
      assert.is(await get('https://b.test/', bob), 'Basic Ym9iOnk=');
      assert.is(await get('https://b.test/'), 'none');
      assert.is(await get('http://a.test/'), 'none');
      assert.is(await get('https://a.test/go'), 'none');
    },
  ),
);

test('a file that is not there, or no such file by its size, is refused', async () => {
  assert.is((await rejectionOf(netrc('/no/such/netrc'))).code, 'ERR_OXBOW_HTTP_NETRC');
  const folder = await mkdtemp(join(tmpdir(), 'oxbow-netrc-'));
  const file = join(folder, 'netrc');
  await writeFile(file, '\n'.repeat(MAX_NETRC_BYTES));
  assert.equal(await netrc(file), []);
  await writeFile(file, '\n'.repeat(MAX_NETRC_BYTES + 1));
  assert.match((await rejectionOf(netrc(file))).message, String(MAX_NETRC_BYTES));
  await rm(folder, { recursive: true });
});

test.run();
