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

/** Takes a lease back that has not run out. */
const GIVE_BACK = `
local function giveBack(token)
  local entry = call('HGET', K .. 'lease', token)
  if not entry then return end
  begin()
  call('HDEL', K .. 'lease', token)
  call('ZREM', K .. 'leases', token)
  call('ZADD', K .. 'lost', now, token)
  release(host((parts(entry))))
  requeue(entry)
  add.leased = add.leased - 1
end`;

/** ARGV from 6 on: how many workers, their names, tokens. Frees the leases and forgets the workers. Gives `OK`. */
export const LEAVE: RedisScript = new RedisScript(
  writingScript(`${GIVE_BACK}
local workers = tonumber(ARGV[6])
for i = 7 + workers, #ARGV do giveBack(ARGV[i]) end
placeAll()
for i = 7, 6 + workers do
  local me = call('HGET', K .. 'wn', ARGV[i])
  if me then begin(); bury(me) end
end
finish()
return { 'OK' }`),
);

/** ARGV 6: a worker that is known to be dead. Frees its leases and forgets it. Gives `OK`. */
export const EVICT: RedisScript = new RedisScript(
  writingScript(`${GIVE_BACK}
local gone = call('HGET', K .. 'wn', ARGV[6])
if gone then
  local ending = '.' .. gone
  for _, token in ipairs(call('ZRANGE', K .. 'leases', 0, -1)) do
    if string.sub(token, -#ending) == ending then giveBack(token) end
  end
  placeAll()
  begin()
  bury(gone)
  finish()
end
return { 'OK' }`),
);
