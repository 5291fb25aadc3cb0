import { assert, suite } from '@oxbow/testkit';
import {
  ageMs,
  type CachedFacts,
  freshnessMs,
  isStorable,
  judge,
  maySubstitute,
  parseCacheControl,
} from '../../src/protocol/cache-policy.ts';

const test = suite('what a cache may do (RFC 9111)');

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;
const NOW = 1_000 * DAY;

/** A response that came just now. */
function facts(control: string, more: Partial<CachedFacts> = {}): CachedFacts {
  return {
    status: 200,
    directives: parseCacheControl(control),
    ageMs: 0,
    dateEpochMs: NOW,
    expiresEpochMs: undefined,
    lastModifiedEpochMs: undefined,
    hasValidator: false,
    requestEpochMs: NOW,
    responseEpochMs: NOW,
    ...more,
  };
}

test('Cache-Control: names in any case, quoted values, the first of two counts, junk is passed over', () => {
  const got = parseCacheControl('Max-Age="10", no-cache="Set-Cookie, X", , =x, max-age=20, private ,x= y z');
  assert.equal(
    [...got],
    [
      ['max-age', '10'],
      ['no-cache', 'Set-Cookie, X'],
      ['private', ''],
      ['x', 'y'],
    ],
  );
  assert.equal(
    [...parseCacheControl(['a=1', 'b'])],
    [
      ['a', '1'],
      ['b', ''],
    ],
  );
});

for (const [what, fact, request, vary, expected] of [
  ['max-age', facts('max-age=60'), '', undefined, true],
  ['private, in a private cache', facts('private, max-age=60'), '', undefined, true],
  ['no-store', facts('no-store, max-age=60'), '', undefined, false],
  ['no-store of the request', facts('max-age=60'), 'no-store', undefined, false],
  ['no-cache, with a validator', facts('no-cache', { hasValidator: true }), '', undefined, true],
  ['nothing at all', facts(''), '', undefined, false],
  ['Last-Modified alone', facts('', { hasValidator: true }), '', undefined, true],
  [
    'a status that is not kept without being told so',
    facts('', { status: 302, hasValidator: true }),
    '',
    undefined,
    false,
  ],
  ['the same, told so', facts('max-age=60', { status: 302 }), '', undefined, true],
  ['206', facts('max-age=60', { status: 206 }), '', undefined, false],
  ['a status nobody knows', facts('max-age=60', { status: 299 }), '', undefined, false],
  ['Vary: *', facts('max-age=60'), '', '*', false],
  ['Vary of a field', facts('max-age=60'), '', 'accept', true],
  ['Expires that is no date', facts('', { expiresEpochMs: 0 }), '', undefined, true],
] as const) {
  test(`${what} is ${expected ? '' : 'not '}kept (§3)`, () => {
    const asked = { directives: parseCacheControl(request), hasAuthorization: false };
    assert.is(isStorable(asked, fact, vary), expected);
  });
}

test('what came with credentials is kept only if it is for anyone (§3.5)', () => {
  const asked = { directives: parseCacheControl(''), hasAuthorization: true };
  assert.not(isStorable(asked, facts('max-age=60'), undefined));
  assert.not(isStorable(asked, facts('private, max-age=60'), undefined));
  for (const control of ['public', 'must-revalidate, max-age=1', 's-maxage=60']) {
    assert.ok(isStorable(asked, facts(control, { hasValidator: true }), undefined), control);
  }
});

test('freshness: max-age before Expires, Expires against Date, a tenth of the age at most a day (§4.2.1)', () => {
  assert.is(freshnessMs(facts('max-age=60', { expiresEpochMs: NOW + DAY })), 60 * SECOND);
  assert.is(freshnessMs(facts('s-maxage=60', { expiresEpochMs: NOW + DAY })), DAY);
  assert.is(freshnessMs(facts('', { expiresEpochMs: 0 })), 0);
  assert.is(freshnessMs(facts('max-age=soon')), 0);
  assert.is(freshnessMs(facts('max-age=-1')), 0);
  assert.is(freshnessMs(facts('', { lastModifiedEpochMs: NOW - 5 * DAY })), DAY / 2);
  assert.is(freshnessMs(facts('', { lastModifiedEpochMs: NOW - 500 * DAY })), DAY);
  assert.is(freshnessMs(facts('', { status: 302, lastModifiedEpochMs: NOW - 5 * DAY })), 0);
  assert.is(freshnessMs(facts('max-age=99999999999999999999')), 2 ** 31 * SECOND);
});

test('age: the larger of the clocks and the field Age with its way, and the time since (§4.2.3)', () => {
  assert.is(ageMs(facts('', { dateEpochMs: NOW - 30 * SECOND }), NOW + 5 * SECOND), 35 * SECOND);
  assert.is(ageMs(facts('', { ageMs: 40 * SECOND, requestEpochMs: NOW - SECOND }), NOW), 41 * SECOND);
  assert.is(ageMs(facts('', { dateEpochMs: NOW + DAY }), NOW - DAY), 0);
});

for (const [control, request, ageSeconds, expected] of [
  ['max-age=60', '', 59, 'fresh'],
  ['max-age=60', '', 60, 'revalidate'],
  ['max-age=60, no-cache', '', 0, 'revalidate'],
  ['max-age=60', 'no-cache', 0, 'revalidate'],
  ['max-age=60', 'max-age=10', 10, 'fresh'],
  ['max-age=60', 'max-age=10', 11, 'revalidate'],
  ['max-age=60', 'min-fresh=30', 29, 'fresh'],
  ['max-age=60', 'min-fresh=30', 30, 'revalidate'],
  ['max-age=60', 'max-stale=10', 69, 'fresh'],
  ['max-age=60', 'max-stale=10', 70, 'revalidate'],
  ['max-age=60', 'max-stale', 9999, 'fresh'],
  ['max-age=60, must-revalidate', 'max-stale', 61, 'revalidate'],
  ['max-age=60, stale-while-revalidate=30', '', 89, 'stale-while-revalidate'],
  ['max-age=60, stale-while-revalidate=30', '', 90, 'revalidate'],
  ['max-age=60, stale-while-revalidate=30, must-revalidate', '', 61, 'revalidate'],
] as const) {
  test(`${control}, asked with "${request}" at ${ageSeconds} s: ${expected}`, () => {
    assert.is(judge(parseCacheControl(request), facts(control), NOW + ageSeconds * SECOND), expected);
  });
}

for (const [control, ageSeconds, expected] of [
  ['max-age=60, stale-if-error=30', 89, true],
  ['max-age=60, stale-if-error=30', 90, false],
  ['max-age=60', 61, false],
  ['max-age=60, stale-if-error=30, must-revalidate', 61, false],
] as const) {
  test(`${control} at ${ageSeconds} s may ${expected ? '' : 'not '}stand in for a failure (RFC 5861 §4)`, () => {
    assert.is(maySubstitute(parseCacheControl(''), facts(control), NOW + ageSeconds * SECOND), expected);
  });
}

test.run();
