import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { MAX_ROBOTS_BYTES, parseRobotsTxt, productToken } from '../../src/robots/robots-txt.ts';

const allows = (file: string, path: string, agent = 'FooBot') => parseRobotsTxt(file, agent).isAllowed(path);

const group = suite('RFC 9309 §2.2.1 user-agent');
group(
  'matches a product token without regard to case, up to the first character that is no part of one',
  () => {
    for (const line of ['FooBot', 'foobot', 'FOOBOT/2.0', 'FooBot bar']) {
      assert.not.ok(allows(`User-Agent: ${line}\nDisallow: /`, '/x'), line);
    }
    assert.ok(allows('User-agent: FooBotanic\nDisallow: /', '/x'));
    assert.is(productToken('Oxbow-crawler/1.0 (+https://x)'), 'oxbow-crawler');
  },
);
group('merges the groups of one agent', () => {
  const file =
    'user-agent: foobot\ndisallow: /a\nuser-agent: other\ndisallow: /\nuser-agent: foobot\ndisallow: /b';
  assert.equal(
    ['/a', '/b', '/c'].map((path) => allows(file, path)),
    [false, false, true],
  );
});
group('falls back to * only where no group names the agent, an empty one included', () => {
  assert.not.ok(allows('user-agent: *\ndisallow: /', '/x'));
  assert.ok(allows('user-agent: *\ndisallow: /\nuser-agent: foobot\n', '/x'));
  assert.not.ok(allows('user-agent: * is all\ndisallow: /', '/x'));
});
group('shares rules between user-agent lines in a row, other lines between them or not', () => {
  for (const between of ['', 'Sitemap: http://x/\n', 'Crawl-delay: 2\n', 'Unknown: y\n', '\n', '# note\n']) {
    assert.not.ok(allows(`user-agent: foobot\n${between}user-agent: bar\ndisallow: /`, '/x'), between);
  }
});
group('ignores rules before the first group', () =>
  assert.ok(allows('disallow: /\nuser-agent: foobot\ndisallow: /y', '/x')),
);
group('understands the misspellings that the large crawlers do', () => {
  for (const word of ['Dissallow', 'dissalow', 'disalow', 'diasllow', 'DISALLAW'])
    assert.not.ok(allows(`User-agent: *\n${word}: /no`, '/no'), word);
  for (const word of ['useragent:', 'User Agent:', 'user  agent :', 'user agent'])
    assert.not.ok(allows(`${word} foobot\nDisallow: /no\nUser-agent: *\nAllow: /`, '/no'), word);
  assert.equal(parseRobotsTxt('Site-map: http://h/s', 'a').sitemaps, ['http://h/s']);
});
group('reads UTF-16 with its mark', () => {
  const little = Buffer.from('\ufeffUser-agent: *\nDisallow: /no', 'utf16le');
  for (const file of [little, Buffer.from(little).swap16()])
    assert.not.ok(parseRobotsTxt(file, 'a').isAllowed('/no'));
});
group('reads a Crawl-delay with a unit or a decimal comma, and none that is no number', () => {
  const delayOf = (value: string) => parseRobotsTxt(`User-agent: *\nCrawl-delay: ${value}`, 'a').crawlDelayMs;
  assert.equal(
    ['10', '0.5', '10,5', '5s', '5 sec', '2 # x'].map(delayOf),
    [10_000, 500, 10_500, 5000, 5000, 2000],
  );
  assert.equal(['', '-1', 'soon', '5x', 'Infinity', '1e3'].map(delayOf), Array(6).fill(undefined));
});
group.run();

const rule = suite('RFC 9309 §2.2.2 allow and disallow');
rule('lets the longest match win, and Allow at a tie, in any order', () => {
  for (const lines of [
    ['disallow: /p', 'allow: /p/a'],
    ['allow: /p/a', 'disallow: /p'],
  ]) {
    const file = ['user-agent: *', ...lines].join('\n');
    assert.equal(
      ['/p', '/p/b', '/p/a', '/'].map((path) => allows(file, path)),
      [false, false, true, true],
    );
  }
  assert.ok(allows('user-agent: *\ndisallow: /x\nallow: /x', '/x'));
});
rule('takes an empty value for no rule', () => assert.ok(allows('user-agent: *\ndisallow:', '/x')));
rule('compares paths with regard to case', () => assert.ok(allows('user-agent: *\ndisallow: /X', '/x')));
rule('reads * as any characters and $ as the end', () => {
  const file = 'user-agent: *\ndisallow: /*.php$\ndisallow: /a*b*c\ndisallow: /end$';
  const paths = ['/x.php', '/x.php?q', '/axbxc/', '/acb', '/end', '/end/'];
  assert.equal(
    paths.map((path) => allows(file, path)),
    [false, true, false, true, false, true],
  );
});
rule('reads $ as itself where it is not last', () => {
  assert.not.ok(allows('user-agent: *\ndisallow: /a$b', '/a$b'));
  assert.ok(allows('user-agent: *\ndisallow: /a$b', '/a'));
});
rule('compares percent-encodings after bringing them to one form', () => {
  const pairs = [
    ['/ツ', '/%E3%83%84'],
    ['/%e3%83%84', '/ツ'],
    ['/%62ar', '/bar'],
    ['/bar', '/b%61r'],
    ['/a%2fb', '/a%2Fb'],
  ];
  for (const [pattern, path] of pairs)
    assert.not.ok(allows(`user-agent: *\ndisallow: ${pattern}`, path!), pattern);
  assert.ok(allows('user-agent: *\ndisallow: /a/b', '/a%2Fb'));
});
rule('tells an escaped star from a wildcard', () => {
  const file = 'user-agent: *\ndisallow: /file-%2A.html';
  assert.not.ok(allows(file, '/file-*.html'));
  assert.ok(allows(file, '/file-x.html'));
});
rule('always allows /robots.txt, and looks at path and query of a URL', () => {
  assert.ok(allows('user-agent: *\ndisallow: /', '/robots.txt'));
  assert.not.ok(allows('user-agent: *\ndisallow: /*?q=', 'http://h.test/x?q=1#f'));
});
rule('agrees with a backtracking matcher on random patterns', () => {
  const text = (letters: string) => fc.string({ unit: fc.constantFrom(...letters), maxLength: 8 });
  fc.assert(
    fc.property(text('ab/*'), fc.boolean(), text('ab/'), (pattern, anchored, path) => {
      const slow = new RegExp(`^/${pattern.replaceAll('*', '.*')}${anchored ? '$' : ''}`).test(`/${path}`);
      assert.is(allows(`user-agent: *\ndisallow: /${pattern}${anchored ? '$' : ''}`, `/${path}`), !slow);
    }),
    { numRuns: 2000 },
  );
});
rule('stays quick on a pattern made to backtrack', () => {
  assert.ok(allows(`user-agent: *\ndisallow: /${'*a'.repeat(5000)}b`, `/${'a'.repeat(2000)}`));
});
rule.run();

const file = suite('the file');
file('may start with a byte order mark and end lines by LF, CR or CRLF', () => {
  assert.not.ok(allows('\ufeffuser-agent: *\ndisallow: /', '/x'));
  assert.not.ok(allows('user-agent: *\rdisallow: /', '/x'));
  assert.not.ok(allows('user-agent: *\r\ndisallow: /', '/x'));
});
file('may have comments, spaces and missing colons', () => {
  assert.not.ok(allows('  User-Agent :  foobot  # me\n\tDisallow :/ # all', '/x'));
  assert.not.ok(allows('user-agent FooBot\ndisallow /', '/x'));
});
file('is read up to 500 KiB, without the line that is cut off there', () => {
  const head = 'user-agent: *\n';
  const lastRule = 'disallow: /x';
  const filler = (bytes: number) => `#${'-'.repeat(bytes - 2)}\n`;
  const fits = head + filler(MAX_ROBOTS_BYTES - head.length - lastRule.length) + lastRule;
  assert.is(Buffer.byteLength(fits), MAX_ROBOTS_BYTES);
  assert.not.ok(allows(fits, '/x'));
  assert.ok(allows(`${fits}y`, '/xy'));
  assert.ok(allows(`${fits}y`, '/x'));
});
file('gives Crawl-delay in milliseconds and Sitemap lines wherever they stand', () => {
  const text =
    'Sitemap: /s.xml\nuser-agent: *\ncrawl-delay: 1.5\nsitemap: https://o.test/t.xml\nsitemap: ftp://x/';
  const robots = parseRobotsTxt(text, 'foobot', 'http://h.test/robots.txt');
  assert.is(robots.crawlDelayMs, 1500);
  assert.equal(robots.sitemaps, ['http://h.test/s.xml', 'https://o.test/t.xml']);
  assert.is(parseRobotsTxt('user-agent: *\ncrawl-delay: soon', 'x').crawlDelayMs, undefined);
});
file('names the rule that decides', () => {
  assert.equal(parseRobotsTxt('user-agent: *\ndisallow: /a*', 'x').ruleFor('/ab')?.pattern, '/a*');
});
file('takes any bytes without an error', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      (bytes) => void parseRobotsTxt(bytes, 'x').isAllowed('/y'),
    ),
  );
});
file.run();
