import { assert, suite } from '@oxbow/testkit';
import { isRedisUrl, parseRedisUrl, type RedisOptionError } from '../../src/index.ts';

const test = suite('redis URLs');

function refusal(url: string, parameters?: readonly string[]): RedisOptionError {
  try {
    parseRedisUrl(url, parameters);
  } catch (error) {
    return error as RedisOptionError;
  }
  throw new Error(`${url} was taken`);
}

test('reads every part', () => {
  assert.equal(parseRedisUrl('rediss://me:p%40ss@db.internal:6380/3?crawl=docs', ['crawl']), {
    kind: 'single',
    nodes: [{ host: 'db.internal', port: 6380 }],
    tls: true,
    username: 'me',
    password: 'p@ss',
    database: 3,
    sentinelName: undefined,
    parameters: { crawl: 'docs' },
    name: 'rediss://db.internal:6380/3',
  });
});

test('fills in what is left out', () => {
  const { nodes, tls, username, password, database } = parseRedisUrl('redis://');
  assert.equal(
    [nodes, tls, username, password, database],
    [[{ host: 'localhost', port: 6379 }], false, undefined, undefined, 0],
  );
  assert.equal(parseRedisUrl('valkey://:secret@[::1]/').nodes, [{ host: '::1', port: 6379 }]);
  assert.equal(parseRedisUrl('valkeys://:secret@h').password, 'secret');
});

test('takes several hosts as sentinels or as nodes of a cluster', () => {
  const sentinels = parseRedisUrl('redis://a,b:7000/1?sentinel=main');
  assert.equal(
    [sentinels.kind, sentinels.nodes.map(({ port }) => port), sentinels.sentinelName],
    ['sentinel', [26_379, 7000], 'main'],
  );
  const cluster = parseRedisUrl('rediss+cluster://a,b:7000');
  assert.equal([cluster.kind, cluster.tls, cluster.nodes.length], ['cluster', true, 2]);
});

test('refuses what it cannot use, and says what to write', () => {
  assert.match(refusal('http://h').message, 'redis://host:6379/0');
  assert.match(refusal('redis://a,b').message, '?sentinel=NAME');
  assert.match(refusal('redis://h:0').message, 'port from 1 to 65535');
  assert.match(refusal('redis://h:65536').message, 'port from 1 to 65535');
  assert.match(refusal('redis://h/docs').message, 'number of a database');
  assert.match(refusal('redis+cluster://h/1').message, 'database 0 only');
  assert.match(refusal('redis+cluster://h?sentinel=x').message, 'has no sentinels');
  assert.match(refusal('redis://h?crwal=docs', ['crawl']).message, 'did you mean crawl?');
  assert.match(refusal('redis://h?crawl=', ['crawl']).message, 'needs a value');
  assert.match(refusal('redis://u:%zz@h').message, '%25');
  assert.is(refusal('redis://h/docs').code, 'ERR_OXBOW_REDIS_OPTION');
});

test('never shows a password', () => {
  assert.not.match(parseRedisUrl('redis://u:secret@h').name, 'secret');
  for (const url of [
    'http://u:secret@h',
    'redis://u:secret@h:0',
    'redis://u:secret@h/x',
    'redis://u:secret@h?x=1',
  ])
    assert.not.match(refusal(url).message, 'secret');
});

test('knows the schemes that name a server', () => {
  assert.equal(
    [
      'redis://h',
      'REDISS://h',
      'valkey://h',
      'redis+cluster://a',
      'crawl.db',
      'constructor://h',
      'file:///x',
    ].map(isRedisUrl),
    [true, true, true, true, false, false, false],
  );
});

test.run();
