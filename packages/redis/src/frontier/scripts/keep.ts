/** The scripts that keep, take back and give back leases. Lua as text. */
import { RedisScript } from '../../connection/redis-script.ts';
import { writingScript } from './prelude.ts';

/** Failed URLs looked at in one call. */
const RETRIED_PER_CALL = 500;

/** ARGV from 6 on: leaseMs, the worker, tokens. Gives `OK` and the tokens that are lost. */
export const RENEW: RedisScript = new RedisScript(
  writingScript(`
local ends = now + tonumber(ARGV[6])
local me = call('HGET', K .. 'wn', ARGV[7])
if me then call('ZADD', K .. 'workers', 'XX', ends, me) end
local lost = {}
for i = 8, #ARGV do
  if call('ZADD', K .. 'leases', 'XX', 'CH', ends, ARGV[i]) == 0 and not call('ZSCORE', K .. 'leases', ARGV[i]) and not isSettled(ARGV[i]) then
    lost[#lost + 1] = ARGV[i]
  end
end
return { 'OK', lost }`),
);

/** Gives `OK` and how many leases were taken back; no more than one call may, so it is asked until none is. */
export const REAP: RedisScript = new RedisScript(
  writingScript(`
local count = reap()
finish()
return { 'OK', count }`),
);

/**
 * ARGV from 6 on: 1 for one reason, the reason, the place to begin behind. Gives `OK`, how many wait again, and the place to go on behind
 * or ''.
 */
export const RETRY_FAILED: RedisScript = new RedisScript(
  writingScript(`
local past = repeated()
if past then
  local count, place = string.match(past, '^(%d+) (.*)$')
  return { 'OK', tonumber(count), place }
end
local found = call('ZRANGEBYSCORE', K .. 'failq', '(' .. ARGV[8], '+inf', 'WITHSCORES', 'LIMIT', 0, ${RETRIED_PER_CALL})
local count = 0
for i = 1, #found, 2 do
  local fp = found[i]
  local b, reason, _, entry = string.match(call('HGET', K .. 'failed', fp) or '', '^([^\\t]*)\\t([^\\t]*)\\t([^\\t]*)\\t(.*)$')
  if not b then begin(); call('ZREM', K .. 'failq', fp)
  elseif ARGV[6] ~= '1' or reason == ARGV[7] then
    begin()
    call('ZREM', K .. 'failq', fp)
    call('HDEL', K .. 'failed', fp)
    call('SREM', K .. 'x:' .. b, fp)
    call('SREM', K .. 'k:' .. b, fp)
    call('SADD', K .. 'p:' .. b, fp)
    local name, prio, depth, body = parts(entry)
    level(tonumber(depth), 1)
    pushMany(host(name), prio, tonumber(depth), { (string.gsub(body, '^%d+', '1')) })
    add.queued = add.queued + 1
    add.failed = add.failed - 1
    count = count + 1
  end
end
local place = #found == ${2 * RETRIED_PER_CALL} and found[#found] or ''
finish(count .. ' ' .. place)
return { 'OK', count, place }`),
);

/** ARGV from 6 on: how many workers, their names, tokens. Frees the leases and forgets the workers. Gives `OK`. */
export const LEAVE: RedisScript = new RedisScript(
  writingScript(`
local workers = tonumber(ARGV[6])
for i = 7 + workers, #ARGV do
  local entry = call('HGET', K .. 'lease', ARGV[i])
  if entry then
    begin()
    call('HDEL', K .. 'lease', ARGV[i])
    call('ZREM', K .. 'leases', ARGV[i])
    call('ZADD', K .. 'lost', now, ARGV[i])
    release(host((parts(entry))))
    requeue(entry)
    add.leased = add.leased - 1
  end
end
placeAll()
for i = 7, 6 + workers do
  local me = call('HGET', K .. 'wn', ARGV[i])
  if me then begin(); bury(me) end
end
finish()
return { 'OK' }`),
);
