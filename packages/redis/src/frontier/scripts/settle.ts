/** The scripts behind `settle` and `offer`. Lua as text. */
import { RedisScript } from '../../connection/redis-script.ts';
import { writingScript } from './prelude.ts';

/** Failed URLs kept with their reason; of more, the one that failed first is forgotten first: it stays failed, and cannot be tried again. */
export const MAX_KEPT_FAILURES = 100_000;
/** Lost tokens remembered; of more, the one lost first is forgotten first, and counts as settled then. */
export const MAX_LOST_TOKENS = 100_000;

const SETTLE = `
local output, seq, checkpoint = ARGV[6], tonumber(ARGV[7]), ARGV[8]
local results, delays, pauses, sums = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11]), tonumber(ARGV[12])
local worker = ARGV[13]
local function report(text)
  local accepted, duplicates, refused = string.match(text or '', '^(%d+) (%d+) (%d+)$')
  return { 'OK', tonumber(accepted) or 0, tonumber(duplicates) or 0, tonumber(refused) or 0 }
end
local past = repeated()
if past then return report(past) end
local at = 14
local fresh, lost = {}, {}
for i = 1, results do
  local token = ARGV[at]
  local entry = call('HGET', K .. 'lease', token)
  -- A token without a bucket is out, and not with who settles it.
  if entry and ARGV[at + 4] ~= '' then fresh[#fresh + 1] = { at, entry }
  elseif entry then lost[#lost + 1] = token
  elseif not isSettled(token) then lost[#lost + 1] = token end
  at = at + 7
end
local known = call('HMGET', K .. 'out', 's:' .. output, 'c:' .. output, 'r:' .. output)
local last = tonumber(known[1]) or 0
if seq and seq ~= last + 1 then
  if seq == last and last > 0 and #fresh == 0 then return report(known[3]) end
  return { 'GAP', known[2] or '' }
end
if #lost > 0 then return { 'LEASE', known[2] or '', lost } end
begin()
local me = call('HGET', K .. 'wn', worker) or ''
local function eachHost(count, act)
  for i = 1, count do
    local h = host(ARGV[at])
    if h.isNew then h.f = ARGV[at + 1] end
    act(h, tonumber(ARGV[at + 2]))
    h.dirty = true
    at = at + 3
  end
end
local firstDelay = at
at = at + 3 * delays
eachHost(pauses, function(h, ms)
  h.p = math.max(h.p, now + ms)
  h.u = math.max(h.u, h.p)
end)
local afterPauses = at
at = firstDelay
eachHost(delays, function(h, ms)
  -- Who does not have the host knows less of it than who does: it may slow it down, not speed it up.
  if ms < h.d then
    if h.o ~= me and isAlive(h.o) then return end
    h.u = math.max(h.p, math.min(h.u, now + ms))
  end
  h.d = ms
end)
at = afterPauses
for i = 1, sums do
  call('HINCRBYFLOAT', K .. 'sums', ARGV[at], ARGV[at + 1])
  at = at + 2
end
for _, each in ipairs(fresh) do
  local a, entry = each[1], each[2]
  local token, outcome, after, b, fp = ARGV[a], ARGV[a + 1], ARGV[a + 2], ARGV[a + 4], ARGV[a + 5]
  local name, prio, depth, body = parts(entry)
  call('HDEL', K .. 'lease', token)
  call('ZREM', K .. 'leases', token)
  add.leased = add.leased - 1
  release(host(name))
  if ARGV[a + 3] == '1' then add.counted = add.counted + 1 end
  if outcome == 'retry' then
    if after == '' then requeue(entry)
    else
      local attempt, rest = string.match(body, '^(%d+)(\\t.*)$')
      requeue(name .. '\\t' .. prio .. '\\t' .. depth .. '\\t' .. (attempt + 1) .. rest, now + tonumber(after))
    end
  else
    level(tonumber(depth), -1)
    add[outcome] = add[outcome] + 1
    call('SREM', K .. 'p:' .. b, fp)
    call('SADD', K .. 'k:' .. b, fp)
    if outcome == 'failed' then
      call('SADD', K .. 'x:' .. b, fp)
      call('HSET', K .. 'failed', fp, b .. '\\t' .. ARGV[a + 6] .. '\\t' .. entry)
      call('ZADD', K .. 'failq', call('HINCRBY', M, 'failseq', 1), fp)
    end
  end
end
local excess = add.failed > 0 and call('ZCARD', K .. 'failq') - ${MAX_KEPT_FAILURES} or 0
if excess > 0 then
  local oldest = call('ZRANGE', K .. 'failq', 0, excess - 1)
  call('ZREM', K .. 'failq', unpack(oldest))
  call('HDEL', K .. 'failed', unpack(oldest))
end
if #fresh > 0 then
  call('HINCRBY', K .. 'pages', me, #fresh)
  call('ZREMRANGEBYRANK', K .. 'lost', 0, -${MAX_LOST_TOKENS + 1})
end
local accepted, duplicates, refused = offer(at)
local told = accepted .. ' ' .. duplicates .. ' ' .. refused
if seq or checkpoint ~= '' then
  call('HSET', K .. 'out', 's:' .. output, seq or last, 'i:' .. output, INSTANCE)
  if checkpoint ~= '' then call('HSET', K .. 'out', 'c:' .. output, checkpoint) end
  if seq then call('HSET', K .. 'out', 'r:' .. output, told) end
end
finish(told)
return { 'OK', accepted, duplicates, refused }`;

/**
 * ARGV from 6 on: output, sequence or '', checkpoint or '', how many results, delays, pauses and sums, the worker; then results (token,
 * outcome, afterMs or '', 1 when it counts, bucket, fingerprint, `reason TAB message`), delays and pauses (host, most leases, ms), sums
 * (name, value), groups of targets as `offer` takes them. Gives `OK` and a report, `GAP` and the output's checkpoint, or `LEASE`, the
 * checkpoint and the tokens that are lost.
 *
 * This one brings nothing new, so it is run although the server's memory is full: it makes room.
 */
export const SETTLE_OLD: RedisScript = new RedisScript(writingScript(SETTLE));

/** The same with targets: refused when the server's memory is full. */
export const SETTLE_NEW: RedisScript = new RedisScript(writingScript(SETTLE, true));

/** ARGV from 6 on: groups of targets. Gives `OK` and a report. */
export const OFFER: RedisScript = new RedisScript(
  writingScript(
    `
local past = repeated()
if past then
  local accepted, duplicates, refused = string.match(past, '^(%d+) (%d+) (%d+)$')
  return { 'OK', tonumber(accepted), tonumber(duplicates), tonumber(refused) }
end
local accepted, duplicates, refused = offer(6)
finish(accepted .. ' ' .. duplicates .. ' ' .. refused)
return { 'OK', accepted, duplicates, refused }`,
    true,
  ),
);
