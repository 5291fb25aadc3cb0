/** The script behind `claim`: takes back what ran out, and leases what is due. Lua as text. */
import { RedisScript } from '../../connection/redis-script.ts';
import { LATE_MS, MOVED_PER_CALL, writingScript } from './prelude.ts';

/** Workers that are asked for hosts they have no room for, in one call. */
const ASKED_WORKERS = 64;
/** Hosts of a level that opens, in one call. */
const OPENED_PER_CALL = 500;

/**
 * ARGV from 6 on: count, leaseMs, worker, what it says of itself. Gives `OK`, tokens and entries, ms until the next is due or '', how many
 * are left, the state, whether `maxPages` are counted, the worker's number.
 *
 * A worker asks its own hosts first, then those without an owner, then those whose owners have left a due host waiting.
 */
export const CLAIM: RedisScript = new RedisScript(
  writingScript(`
local count, leaseMs, worker = tonumber(ARGV[6]), tonumber(ARGV[7]), ARGV[8]
local items = {}
local past = repeated()
local me = call('HGET', K .. 'wn', worker)
for _, o in ipairs(call('ZRANGEBYSCORE', K .. 'workers', '-inf', now, 'LIMIT', 0, 10)) do
  if o ~= me then begin(); bury(o) end
end
if not me then
  begin()
  me = tostring(call('HINCRBY', M, 'workers', 1))
  call('HSET', K .. 'wn', worker, me)
  call('HSET', K .. 'wi', me, worker .. '\\n' .. INSTANCE .. '\\n' .. ARGV[9])
end
call('ZADD', K .. 'workers', now + leaseMs, me)
alive[me] = true
if past then
  for token in string.gmatch(past, '[^ ]+') do
    local entry = call('HGET', K .. 'lease', token)
    if entry then items[#items + 1] = token; items[#items + 1] = entry end
  end
  finish()
  return { 'OK', items, '0', num('queued') + num('leased'), m.state, 0, me }
end
reap()
local due = call('ZRANGEBYSCORE', K .. 'delayed', '-inf', now, 'LIMIT', 0, ${MOVED_PER_CALL})
for i = #due, 1, -1 do
  begin()
  call('ZREM', K .. 'delayed', due[i])
  local name, prio, depth, body = parts(due[i])
  local h = host(name)
  h.w = h.w - 1
  pushMany(h, prio, depth, { body }, true)
end
if LEVELS then
  local nearest
  local open = call('HGETALL', K .. 'open')
  for i = 1, #open, 2 do
    local depth = tonumber(open[i])
    if not nearest or depth < nearest then nearest = depth end
  end
  if nearest and nearest > LEVEL then
    begin()
    LEVEL = nearest
    call('HSET', M, 'level', LEVEL)
    if call('EXISTS', K .. 'hl:' .. LEVEL) == 1 then
      call('SUNIONSTORE', K .. 'opening', K .. 'opening', K .. 'hl:' .. LEVEL)
      call('DEL', K .. 'hl:' .. LEVEL)
    end
  end
  local opened = call('SRANDMEMBER', K .. 'opening', ${OPENED_PER_CALL})
  if #opened > 0 then
    begin()
    call('SREM', K .. 'opening', unpack(opened))
    for _, name in ipairs(opened) do host(name).dirty = true end
  end
end
placeAll()
local left = MAXPAGES - num('counted') - num('leased') - add.leased
local room = m.state == 'running' and math.min(count, left) or 0
local token, leases, lease = num('token'), {}, {}
local function take(set, upTo)
  while room > 0 do
    local names = call('ZRANGEBYSCORE', set, '-inf', upTo, 'LIMIT', 0, room)
    if #names == 0 then return end
    begin()
    local each = math.ceil(room / #names)
    for _, name in ipairs(names) do
      local h = host(name)
      h.set = set
      local most = 1
      if h.d == 0 then most = math.min(each, (tonumber(h.f) or FREE) - h.l)
      elseif HELD > 0 and HELD + h.d > now then most = 0 end
      while most > 0 and room > 0 do
        local entry = pop(h)
        if not entry then h.q = LEVELS and h.q or 0; break end
        token = token + 1
        local name = string.format('%d.%s.%s', token, m.run, me)
        leases[#leases + 1] = now + leaseMs
        leases[#leases + 1] = name
        lease[#lease + 1] = name
        lease[#lease + 1] = entry
        h.l = h.l + 1
        room = room - 1
        most = most - 1
        if h.d > 0 then h.u, h.o = now + h.d, me end
      end
      place(h)
    end
  end
end
local others = call('ZRANGE', K .. 'workers', 0, ${ASKED_WORKERS - 1})
take(K .. 'r:' .. me, now)
take(K .. 'r', now)
for _, o in ipairs(others) do
  if o ~= me then take(K .. 'r:' .. o, now - ${LATE_MS}) end
end
local names = {}
for i = 1, #lease, 500 do
  local to = math.min(i + 499, #lease)
  call('ZADD', K .. 'leases', unpack(leases, i, to))
  call('HSET', K .. 'lease', unpack(lease, i, to))
  for at = i, to, 2 do names[#names + 1] = lease[at] end
end
if #names > 0 then
  call('HINCRBY', M, 'token', #names)
  add.queued = add.queued - #names
  add.leased = add.leased + #names
end
local nextDue
local function first(key, after)
  local score = tonumber(call('ZRANGE', key, 0, 0, 'WITHSCORES')[2])
  if score and (not nextDue or score + after < nextDue) then nextDue = score + after end
end
first(K .. 'r', 0)
first(K .. 'delayed', 0)
for _, o in ipairs(others) do first(K .. 'r:' .. o, o == me and 0 or ${LATE_MS}) end
if LEVELS and call('EXISTS', K .. 'opening') == 1 then nextDue = now end
-- Its own claim is no news to others.
wake[me] = nil
if #names > 0 and add.leased == #names then wake = {} end
finish(#names > 0 and table.concat(names, ' ') or nil)
local leased = num('leased') + add.leased
local isFull = num('counted') >= MAXPAGES and leased == 0
return { 'OK', lease, nextDue and string.format('%d', math.max(0, nextDue - now)) or '', num('queued') + add.queued + leased, m.state,
  isFull and 1 or 0, me }`),
);
