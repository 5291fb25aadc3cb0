/** The scripts that make a store, steer a crawl and follow its server from run to run. Lua as text. */
import { RedisScript } from '../../connection/redis-script.ts';
import { writingScript } from './prelude.ts';

/** Of the keys and what is in them. A store of another format is refused. */
export const FORMAT = '1';

/**
 * Not like the others, for there may be no store yet. ARGV: `create`, `attach` or `either`; incarnation and secret for a new store; its
 * buckets; how many words of fields and values to set, those; fields and values that a new store has otherwise. Gives `OK`, 1 for a new store, incarnation, secret, buckets, run of the server; or `NONE`, `EXISTS`,
 * `FOREIGN`, `FORMAT`, `TORN`.
 */
export const OPEN: RedisScript = new RedisScript(`#!lua
local M, call = KEYS[1], redis.call
local mode = ARGV[1]
local kind = call('TYPE', M).ok
if kind ~= 'none' and kind ~= 'hash' then return { 'FOREIGN' } end
local v = call('HMGET', M, 'inc', 'secret', 'buckets', 'run', 'format', 'b', 'e')
local isNew = not v[1]
if isNew and kind == 'hash' then return { 'FOREIGN' } end
if isNew and mode == 'attach' then return { 'NONE' } end
if not isNew and mode == 'create' then return { 'EXISTS' } end
if not isNew and v[5] ~= '${FORMAT}' then return { 'FORMAT', v[5] or '' } end
if v[6] ~= v[7] then return { 'TORN' } end
local named = tonumber(ARGV[5])
if isNew then
  call('HSET', M, unpack(ARGV, 6 + named))
  call('HSET', M, 'inc', ARGV[2], 'secret', ARGV[3], 'buckets', ARGV[4], 'run', 'none', 'format', '${FORMAT}', 'b', 0, 'e', 0, 'state', 'running')
  v = { ARGV[2], ARGV[3], ARGV[4], 'none' }
end
if named > 0 then call('HSET', M, unpack(ARGV, 6, 5 + named)) end
return { 'OK', isNew and 1 or 0, v[1], v[2], v[3], v[4] }`);

/**
 * The server is another run, by a restart or a promotion. What it gave out after its last write that is here is unknown, and so are the
 * times of requests. ARGV 6: the run, or '' to ask. Hosts are held for their delay from now. Gives `OK` and the run that was known.
 */
export const FOLLOW: RedisScript = new RedisScript(
  writingScript(`
if ARGV[6] ~= '' and m.run ~= ARGV[6] then
  begin()
  if m.run ~= 'none' then
    call('HSET', K .. 'epochs', m.run, num('token'))
    call('HSET', M, 'held', string.format('%d', now))
  end
  call('HSET', M, 'run', ARGV[6])
  wake['*'] = true
  finish()
end
return { 'OK', m.run }`),
);

/** ARGV 6: running, paused or stopping. Gives `OK`. */
export const CONTROL: RedisScript = new RedisScript(
  writingScript(`
begin()
call('HSET', M, 'state', ARGV[6])
wake['*'] = true
finish()
return { 'OK' }`),
);

/** ARGV from 6 on: fields and values of limits. Gives `OK`. */
export const LIMIT: RedisScript = new RedisScript(
  writingScript(`
if #ARGV > 5 then
  begin()
  call('HSET', M, unpack(ARGV, 6))
  wake['*'] = true
  finish()
end
return { 'OK' }`),
);

/** ARGV from 6 on: nothing, or the new rules. Gives `OK` and the rules or ''. */
export const RULES: RedisScript = new RedisScript(
  writingScript(
    `
if ARGV[6] then
  begin()
  call('SET', K .. 'rules', ARGV[6])
  finish()
end
return { 'OK', call('GET', K .. 'rules') or '' }`,
    true,
  ),
);
