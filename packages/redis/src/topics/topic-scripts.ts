/**
 * What the server does with a topic, each in one step.
 *
 * A topic's state is a hash:
 *
 * - `e` its epoch, `o` the offset of its newest message, `f` the offset of the oldest that is remembered
 * - `r` the server that wrote it
 * - `b` the bytes of all messages ever, `g` those of messages surely forgotten
 * - `l` its lineage: earlier epochs with the offset at which each ended
 *
 * Offsets go on from epoch to epoch, so what a new server still has keeps its place.
 */
import { RedisScript } from '../connection/redis-script.ts';

/** Earlier epochs that a topic remembers: so many servers may have taken turns while somebody was away. */
export const MAX_LINEAGE = 8;

/**
 * Another server than the one that wrote the state begins another epoch. It may have been promoted without the last messages, or have
 * read an older file, and their places may be given again. `master_replid` is another after every start and every promotion.
 */
const OPEN = `
local function open(candidate, topicMs)
  local s = redis.call('HMGET', KEYS[2], 'e', 'o', 'f', 'r', 'b', 'g', 'l')
  local info = redis.call('INFO', 'replication')
  if s[1] and string.find(info, 'master_replid:' .. s[4], 1, true) then
    return s[1], tonumber(s[2]), tonumber(s[3]), tonumber(s[5]), tonumber(s[6]), s[7]
  end
  local o, f, b, g, l = 0, 1, 0, 0, ''
  if s[1] then
    o, f, b, g = tonumber(s[2]), tonumber(s[3]), tonumber(s[5]), tonumber(s[6])
    l = s[1] .. '=' .. s[2]
    local kept = 1
    for earlier in string.gmatch(s[7], '[^;]+') do
      if kept < ${MAX_LINEAGE} then l = l .. ';' .. earlier end
      kept = kept + 1
    end
    -- A file that ended within a step may have left a message without its state.
    local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
    local top = newest and tonumber(string.match(newest[1], '^%d+')) or 0
    if top > o then o, b = top, tonumber(newest[2][2]) end
  else
    redis.call('DEL', KEYS[1])
  end
  local server = string.match(info, 'master_replid:(%w+)')
  redis.call('HSET', KEYS[2], 'e', candidate, 'o', o, 'f', f, 'r', server, 'b', b, 'g', g, 'l', l)
  redis.call('PEXPIRE', KEYS[2], topicMs)
  return candidate, o, f, b, g, l
end
local function nowMs()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
`;

/**
 * Publishes a batch. KEYS: messages, state, the publisher's last batch. ARGV: epoch to begin, number of the batch, '1' where it is sent
 * again, channel, prefix of names, history in messages, in bytes, in ms, ms until a quiet topic is forgotten, ms that a name is
 * remembered, ms that a batch is remembered; then name ('' for none) and record of each message.
 * Returns `epoch=offset` of each, separated by spaces.
 */
export const PUBLISH: RedisScript = new RedisScript(`#!lua
${OPEN}
if ARGV[3] == '1' then
  local last = redis.call('GET', KEYS[3])
  local number, answer = string.match(last or '', '^(%d+) (.*)$')
  if number == ARGV[2] then return answer end
end
local maxMessages, maxBytes = tonumber(ARGV[6]), tonumber(ARGV[7])
local e, o, f, b, g = open(ARGV[1], ARGV[9])
local now, before = nowMs(), o
local places, fresh = {}, {}
for i = 12, #ARGV, 2 do
  local name, record = ARGV[i], ARGV[i + 1]
  local place = name ~= '' and redis.call('GET', ARGV[5] .. name)
  if not place then
    o = o + 1
    b = b + #record
    if o % 16 == 0 then
      redis.call('XADD', KEYS[1], 'MINID', '~', f, o .. '-0', 'c', b, 't', now, 'd', record)
    else
      redis.call('XADD', KEYS[1], o .. '-0', 'c', b, 't', now, 'd', record)
    end
    place = e .. '=' .. o
    if name ~= '' then redis.call('SET', ARGV[5] .. name, place, 'PX', ARGV[10]) end
    fresh[#fresh + 1] = record
  end
  places[#places + 1] = place
end
if o > before then
  if o - f >= maxMessages then f = o - maxMessages + 1 end
  local isTooMuch = b - g > maxBytes
  while b - g > maxBytes and f <= o do
    local oldest = redis.call('XRANGE', KEYS[1], f, '+', 'COUNT', 16)
    if #oldest == 0 then f, g = o + 1, b end
    for i, entry in ipairs(oldest) do
      local bytes = tonumber(entry[2][2])
      if i == 1 then g = bytes - #entry[2][6] end
      if b - g <= maxBytes then break end
      f, g = tonumber(string.match(entry[1], '^%d+')) + 1, bytes
    end
  end
  if isTooMuch then redis.call('XTRIM', KEYS[1], 'MINID', '~', f) end
  redis.call('HSET', KEYS[2], 'o', o, 'f', f, 'b', b, 'g', g)
  redis.call('PEXPIRE', KEYS[1], ARGV[8])
  redis.call('PEXPIRE', KEYS[2], ARGV[9])
  redis.call('PUBLISH', ARGV[4], e .. ':' .. (before + 1) .. ':' .. table.concat(fresh))
end
local answer = table.concat(places, ' ')
redis.call('SET', KEYS[3], ARGV[2] .. ' ' .. answer, 'PX', ARGV[11])
return answer
`);

/**
 * Reads a page of the history. KEYS: messages, state. ARGV: epoch to begin, offset to read from, epoch that offset is of ('' for any), most
 * messages, history in ms, newest messages wanted (0 for all), ms until a quiet topic is forgotten.
 * Returns epoch, newest offset, lineage, the offset the next page begins at, and offset and record of each message; none where the epoch
 * is another one.
 */
export const READ: RedisScript = new RedisScript(`#!lua flags=allow-oom
${OPEN}
local e, o, f, _, _, l = open(ARGV[1], ARGV[7])
redis.call('PEXPIRE', KEYS[2], ARGV[7])
if ARGV[3] ~= '' and ARGV[3] ~= e then return { e, tostring(o), l, ARGV[2], {} } end
local from, newest = math.max(tonumber(ARGV[2]), f), tonumber(ARGV[6])
if newest > 0 then from = math.max(from, o - newest + 1) end
local count = tonumber(ARGV[4])
local entries = count > 0 and from <= o and redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', count) or {}
local oldest, found, after = nowMs() - tonumber(ARGV[5]), {}, o + 1
for _, entry in ipairs(entries) do
  local offset = string.match(entry[1], '^%d+')
  if tonumber(entry[2][4]) > oldest then
    found[#found + 1] = offset
    found[#found + 1] = entry[2][6]
  end
  if #entries == count then after = tonumber(offset) + 1 end
end
return { e, tostring(o), l, tostring(after), found }
`);

/**
 * A broker follows the topic on. KEYS: brokers, state. ARGV: broker, lease in ms, ms until a quiet topic is forgotten. Returns epoch and newest
 * offset: what a follower that has missed something finds out by.
 */
export const FOLLOW: RedisScript = new RedisScript(`#!lua flags=allow-oom
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return redis.call('HMGET', KEYS[2], 'e', 'o')
`);

/** Asks all brokers that follow a topic. KEYS: brokers. ARGV: channel, question. Returns whom it asked. */
export const ASK: RedisScript = new RedisScript(`#!lua flags=allow-oom
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('PUBLISH', ARGV[1], ARGV[2])
return redis.call('ZRANGE', KEYS[1], 0, -1)
`);
