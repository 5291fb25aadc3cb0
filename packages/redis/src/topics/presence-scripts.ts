/**
 * Who is present in a topic, as the server keeps it: each member with the broker that vouches for it, and for each broker the time until
 * which it does. The first to look after that time removes the members of a broker that is gone. Every change has a number, so that
 * one that was not heard is noticed.
 */
import { RedisScript } from '../connection/redis-script.ts';

/**
 * KEYS: members, leases, changes. ARGV: channel, broker, lease in ms, name for a new series of numbers, ms until a topic without anybody
 * is forgotten.
 */
const PRESENCE = `
local channel, broker, leaseMs = ARGV[1], ARGV[2], tonumber(ARGV[3])
redis.call('HSETNX', KEYS[3], 'n', ARGV[4])
local series = redis.call('HGET', KEYS[3], 'n')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function tell(kind, member)
  local number = redis.call('HINCRBY', KEYS[3], 'v', 1)
  redis.call('PUBLISH', channel, series .. ':' .. number .. ':' .. kind .. member)
end
local function sendAway(brokers)
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    local of, member = string.match(all[i + 1], '^%d+:([^:]*):(.*)$')
    if brokers[of] then
      redis.call('HDEL', KEYS[1], all[i])
      tell('-', member)
    end
  end
end
local late = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 1000)
if #late > 0 then
  local brokers = {}
  for _, each in ipairs(late) do brokers[each] = true end
  redis.call('ZREM', KEYS[2], unpack(late))
  sendAway(brokers)
end
for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], ARGV[5]) end
local function number() return redis.call('HGET', KEYS[3], 'v') or '0' end
`;

/** Members come in: ARGV further id and JSON of each. One that is here already keeps its place. */
export const ENTER: RedisScript = new RedisScript(`#!lua
${PRESENCE}
redis.call('ZADD', KEYS[2], now + leaseMs, broker)
for i = 6, #ARGV, 2 do
  local old = redis.call('HGET', KEYS[1], ARGV[i])
  local order = old and string.match(old, '^%d+') or redis.call('HINCRBY', KEYS[3], 'q', 1)
  redis.call('HSET', KEYS[1], ARGV[i], order .. ':' .. broker .. ':' .. ARGV[i + 1])
  if not old then tell('+', ARGV[i + 1]) end
end
for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], ARGV[5]) end
return 1
`);

/** Members leave: ARGV further their ids. */
export const LEAVE: RedisScript = new RedisScript(`#!lua flags=allow-oom
${PRESENCE}
for i = 6, #ARGV do
  local old = redis.call('HGET', KEYS[1], ARGV[i])
  if old then
    redis.call('HDEL', KEYS[1], ARGV[i])
    tell('-', string.match(old, '^%d+:[^:]*:(.*)$'))
  end
end
return 1
`);

/** The broker leaves with all its members. */
export const LEAVE_ALL: RedisScript = new RedisScript(`#!lua flags=allow-oom
${PRESENCE}
redis.call('ZREM', KEYS[2], broker)
sendAway({ [broker] = true })
return 1
`);

/** The broker vouches for its members on. Returns 1, or 0 where they were sent away; the series of numbers, and the last of them. */
export const RENEW: RedisScript = new RedisScript(`#!lua flags=allow-oom
${PRESENCE}
local isKnown = redis.call('ZSCORE', KEYS[2], broker) and 1 or 0
if isKnown == 1 then redis.call('ZADD', KEYS[2], now + leaseMs, broker) end
return { isKnown, series, number() }
`);

/** Who is here. Returns the series of numbers, the last of them, and `order:broker:JSON` of each member. */
export const MEMBERS: RedisScript = new RedisScript(`#!lua flags=allow-oom
${PRESENCE}
return { series, number(), redis.call('HVALS', KEYS[1]) }
`);
