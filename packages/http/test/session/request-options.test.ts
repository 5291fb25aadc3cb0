import { assert, suite } from '@oxbow/testkit';
import { DEFAULT_EXPANSION } from '../../src/body/content-decoder.ts';
import {
  planRequest,
  type RequestPlan,
  requestOptions,
  requestUpload,
} from '../../src/session/request-options.ts';
import { DEFAULT_TIMEOUTS } from '../../src/session/session-options.ts';
import { thrownBy } from '../rejection.ts';

const test = suite('request options');

const BASE: RequestPlan = {
  timeouts: DEFAULT_TIMEOUTS,
  redirect: 10,
  retry: undefined,
  hedge: undefined,
  guard: undefined,
  maxBodyBytes: undefined,
  decompress: true,
  expansion: DEFAULT_EXPANSION,
  cookies: true,
  ownCookies: undefined,
  onUploadProgress: undefined,
  onDownloadProgress: undefined,
};

test('an unknown name is refused with the nearest known one', () => {
  const error = thrownBy(() => requestOptions({ header: {} } as object));
  assert.is(error.code, 'ERR_OXBOW_UNKNOWN_OPTION');
  assert.match(error.message, 'headers');
});

test('only own properties count', () => {
  const options = requestOptions(Object.create({ timeoutMs: 1 }));
  assert.is(options.timeoutMs, undefined);
});

test('options that change nothing share the plan of the session', () => {
  assert.is(planRequest({ headers: {}, query: 'a=1' }, BASE), BASE);
});

test('what is given replaces, what is not stays', () => {
  const plan = planRequest(
    { timeoutMs: 5, timeouts: { bodyMs: 7 }, redirect: 'manual', decompress: false },
    BASE,
  );
  assert.is(plan.timeouts.totalMs, 5);
  assert.is(plan.timeouts.bodyMs, 7);
  assert.is(plan.timeouts.connectMs, 10_000);
  assert.is(plan.redirect, 'manual');
  assert.not(plan.decompress);
  assert.ok(plan.cookies);
});

test('maxBodyBytes: 0 is a limit, not its absence', () => {
  assert.is(planRequest({ maxBodyBytes: 0 }, BASE).maxBodyBytes, 0);
});

test('a request has one body', () => {
  assert.is(requestUpload({}), undefined);
  assert.is(thrownBy(() => requestUpload({ json: null, form: {} })).code, 'ERR_OXBOW_HTTP_INVALID_BODY');
});

test('null is JSON', () => {
  assert.is(requestUpload({ json: null })?.open().payload, 'null');
});

test('how far a body may expand is an option', () => {
  const plan = planRequest({ maxExpansion: 10 }, BASE);
  assert.equal(plan.expansion, { ratio: 10, fromBytes: DEFAULT_EXPANSION.fromBytes });
  assert.is(planRequest({ expansionFromBytes: 0 }, plan).expansion.ratio, 10);
  assert.is(
    planRequest({ maxExpansion: Number.POSITIVE_INFINITY }, BASE).expansion.ratio,
    Number.POSITIVE_INFINITY,
  );
  for (const bad of [{ maxExpansion: 0.5 }, { expansionFromBytes: -1 }]) {
    assert.is(thrownBy(() => planRequest(bad, BASE)).code, 'ERR_OXBOW_HTTP_INVALID_OPTION');
  }
});

test('cookies of a request are pairs; what a cookie cannot carry is refused, and its value not shown', () => {
  const plan = planRequest({ cookies: { a: '1', b: 'x=y' } }, BASE);
  assert.ok(plan.cookies);
  assert.equal(
    [...(plan.ownCookies ?? [])],
    [
      ['a', 'a=1'],
      ['b', 'b=x=y'],
    ],
  );
  assert.is(planRequest({ cookies: false }, BASE).cookies, false);
  for (const cookies of [{ 'a b': '1' }, { a: 'hunter2;' }, { a: 'hunter2\r\n' }, { a: 5 }, true, 'a=1']) {
    const error = thrownBy(() => planRequest({ cookies } as object, BASE));
    assert.is(error.code, 'ERR_OXBOW_HTTP_INVALID_OPTION');
    assert.not.match(error.message, 'hunter2');
  }
});

test.run();
