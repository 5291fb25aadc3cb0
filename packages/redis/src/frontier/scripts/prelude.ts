/**
 * What every script of the frontier begins with: who may call, what time it is, and the state that calls share. Lua as text; the keys and
 * their meaning stand here.
 *
 * Keys of one crawl, all in one slot of a cluster (`ox:{crawl}:` before each):
 *
 *   m          HASH  what the store is (incarnation, format), the limits, the counters, the state all workers share
 *   rules      text  the crawl's seeds, scope and options
 *   p:<b> k:<b> x:<b>  SETs of fingerprints by bucket: waiting or leased; settled; those of the settled that failed
 *   h:<host>   HASH  n known, q in queues, w waiting for a time, l leased, d delay, u due, p paused until, f most leases, o owner, s its place
 *   lv:<host>  ZSET  the levels that have a queue: -priority → depth|priority
 *   q:<host>|<priority>|<depth>  LIST of bodies, in the order of offers
 *   r, r:<o>   ZSET  host → due: those that have a queue and room, by owner; without an owner in r
 *   hq         ZSET  host → how many wait, for statistics
 *   delayed    ZSET  waiting entry → due
 *   leases, lease  ZSET token → end; HASH token → entry.  lost: ZSET token → when
 *   failed, failq  HASH fingerprint → why and what; ZSET of those in their order
 *   out        HASH  s: sequence, c: checkpoint, r: last report, i: instance, by output
 *   sums       HASH
 *   calls      HASH  instance and kind → its last call and what that came to: a call that is sent again gives the same
 *   workers, wn, wi  ZSET number → end; HASH worker → number; HASH number → what it said of itself
 *   epochs     HASH  run of the server → tokens it gave out
 *   open, hl:<depth>, opening  with byLevels: unsettled by depth; hosts that hold deeper ones; hosts of the level that opens
 *
 * An entry is `host TAB priority TAB depth TAB body`, a body `attempt TAB JSON`.
 *
 * Invariants: known = queued + leased + done + failed; a URL is in one queue, in `delayed`, in `lease`, or settled. Every script checks
 * everything that can be wrong before its first write. It counts itself in at the first write (`b`) and out at the end (`e`). When the
 * two differ, half of a script was applied, which a torn append-only file can bring about.
 */

/** Milliseconds that a due host of another worker has waited before it is taken over: its owner has no room for it. */
export const LATE_MS = 1000;
/** What one call takes back or moves on at most: bounds the time a script holds the server. */
export const MOVED_PER_CALL = 1000;

const CALLER = `
local M = KEYS[1]
local K = string.sub(M, 1, -2)
local call = redis.call
local m = {}
do
  local names = { 'inc', 'b', 'e', 'run', 'held', 'delay', 'flight', 'free', 'perHost', 'maxPages', 'levels', 'level', 'state', 'known',
    'queued', 'leased', 'done', 'failed', 'counted', 'token', 'turn', 'hosts' }
  local values = call('HMGET', M, unpack(names))
  for i, name in ipairs(names) do m[name] = values[i] end
end
if m.inc ~= ARGV[1] then return { 'LOST' } end
if m.b ~= m.e then return { 'TORN' } end
local now = tonumber(ARGV[2])
if not now then
  local t = call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end
local function num(name) return tonumber(m[name]) or 0 end
`;

/** Hosts, queues, offers and leases, as Lua functions. */
const STATE = `
local INSTANCE, NONCE, KIND = ARGV[3], ARGV[4], ARGV[5]
local DELAY, FLIGHT, FREE, PERHOST = num('delay'), num('flight'), num('free'), tonumber(m.perHost)
local MAXPAGES = m.maxPages ~= 'inf' and tonumber(m.maxPages) or math.huge
local LEVELS, LEVEL = m.levels == '1', num('level')
local HELD = num('held')
local add = { known = 0, queued = 0, leased = 0, done = 0, failed = 0, counted = 0, hosts = 0 }
local turn, began, wake = num('turn'), false, {}
local function begin()
  if began then return end
  began = true
  call('HINCRBY', M, 'b', 1)
end
local alive = {}
local function isAlive(o)
  if o == '' then return false end
  if alive[o] == nil then alive[o] = call('ZSCORE', K .. 'workers', o) and true or false end
  return alive[o]
end
local hosts, order = {}, {}
local function host(name)
  local h = hosts[name]
  if h then return h end
  local v = call('HMGET', K .. 'h:' .. name, 'n', 'q', 'w', 'l', 'd', 'u', 'p', 'f', 'o', 's')
  h = { name = name, isNew = not v[1], n = tonumber(v[1]) or 0, q = tonumber(v[2]) or 0, w = tonumber(v[3]) or 0, l = tonumber(v[4]) or 0,
    d = tonumber(v[5]) or DELAY, u = tonumber(v[6]) or 0, p = tonumber(v[7]) or 0, f = v[8] or '', o = v[9] or '', s = v[10] or '' }
  h.was, h.o0 = h.q + h.w, h.o
  hosts[name] = h
  order[#order + 1] = h
  return h
end
local function pieces(key) return string.match(key, '^(%d+)|(.*)$') end
local function top(h)
  if not LEVELS then return call('ZRANGE', K .. 'lv:' .. h.name, 0, 0)[1] end
  for _, member in ipairs(call('ZRANGE', K .. 'lv:' .. h.name, 0, -1)) do
    if tonumber((pieces(member))) <= LEVEL then return member end
  end
end
local function readySet(o) return isAlive(o) and (K .. 'r:' .. o) or (K .. 'r') end
-- Writes a host back, and puts it where it now belongs.
local function place(h)
  if h.d == 0 then h.o = '' end
  local limit = tonumber(h.f) or (h.d > 0 and FLIGHT or FREE)
  local due = ''
  if h.q > 0 and limit > h.l and (not LEVELS or top(h)) then
    if h.d > 0 then
      if h.u == 0 then h.u = now end
      due = math.max(h.u, HELD > 0 and HELD + h.d or 0)
    elseif h.u > now then due = h.u
    else turn = turn + 1; due = turn end
  end
  local was = h.set or readySet(h.o0)
  local into = readySet(h.o)
  if due == '' then
    if h.s ~= '' then call('ZREM', was, h.name) end
  else
    if h.s ~= '' and was ~= into then call('ZREM', was, h.name) end
    local score = string.format('%d', due)
    if h.s ~= score or was ~= into then call('ZADD', into, score, h.name) end
    if h.s == '' or due < tonumber(h.s) then wake[isAlive(h.o) and h.o or '*'] = true end
    due = score
  end
  h.s, h.set, h.o0 = due, into, h.o
  call('HSET', K .. 'h:' .. h.name, 'n', h.n, 'q', h.q, 'w', h.w, 'l', h.l, 'd', h.d, 'u', string.format('%d', h.u), 'p', string.format('%d', h.p),
    'f', h.f, 'o', h.o, 's', h.s)
  if h.q + h.w ~= h.was then
    h.was = h.q + h.w
    if h.was > 0 then call('ZADD', K .. 'hq', h.was, h.name) else call('ZREM', K .. 'hq', h.name) end
  end
  if h.isNew then h.isNew = false; add.hosts = add.hosts + 1 end
  h.dirty = false
end
local function placeAll()
  for _, h in ipairs(order) do if h.dirty then place(h) end end
end
local function pushMany(h, prio, depth, list, front)
  local key = K .. 'q:' .. h.name .. '|' .. prio .. '|' .. depth
  local length = 0
  for i = 1, #list, 500 do length = call(front and 'LPUSH' or 'RPUSH', key, unpack(list, i, math.min(i + 499, #list))) end
  if length == #list then call('ZADD', K .. 'lv:' .. h.name, -tonumber(prio), string.format('%06d|%s', depth, prio)) end
  if LEVELS and tonumber(depth) > LEVEL then call('SADD', K .. 'hl:' .. tonumber(depth), h.name) end
  h.q = h.q + #list
  h.dirty = true
end
local function pop(h)
  local member = top(h)
  if not member then return nil end
  local depth, prio = pieces(member)
  depth = tonumber(depth)
  local key = K .. 'q:' .. h.name .. '|' .. prio .. '|' .. depth
  local body = call('LPOP', key)
  if call('EXISTS', key) == 0 then call('ZREM', K .. 'lv:' .. h.name, member) end
  if not body then return nil end
  h.q = h.q - 1
  return h.name .. '\\t' .. prio .. '\\t' .. depth .. '\\t' .. body
end
local function parts(entry) return string.match(entry, '^([^\\t]*)\\t([^\\t]*)\\t([^\\t]*)\\t(.*)$') end
local function release(h)
  h.l = h.l - 1
  if h.d > 0 then h.u = math.max(h.u, now + h.d) end
  h.dirty = true
end
-- Has an entry wait again: at once, or from a time on.
local function requeue(entry, due)
  local name, prio, depth, body = parts(entry)
  local h = host(name)
  if due and due > now then
    call('ZADD', K .. 'delayed', due, entry)
    h.w = h.w + 1
    h.dirty = true
    wake['*'] = true
  else
    pushMany(h, prio, depth, { body }, true)
  end
  add.queued = add.queued + 1
end
local function level(depth, by)
  if LEVELS and call('HINCRBY', K .. 'open', depth, by) == 0 then call('HDEL', K .. 'open', depth) end
end
-- True for a token that was given out and is not lost. One of another run of the server counts up to what that run is known to have given.
local function isSettled(token)
  local n, run = string.match(token, '^(%d+)%.(%w+)%.')
  n = tonumber(n)
  if not n or call('ZSCORE', K .. 'lost', token) then return false end
  local last = run == m.run and num('token') or tonumber(call('HGET', K .. 'epochs', run))
  return last ~= nil and n <= last
end
-- A worker is gone: its hosts are anybody's.
local function bury(o)
  call('ZREM', K .. 'workers', o)
  alive[o] = false
  if call('EXISTS', K .. 'r:' .. o) == 1 then
    call('ZUNIONSTORE', K .. 'r', 2, K .. 'r', K .. 'r:' .. o, 'AGGREGATE', 'MAX')
    call('DEL', K .. 'r:' .. o)
  end
  local about = call('HGET', K .. 'wi', o)
  if about then
    local worker, instance = string.match(about, '^([^\\n]*)\\n([^\\n]*)\\n')
    call('HDEL', K .. 'wn', worker)
    call('HDEL', K .. 'wi', o)
    call('HDEL', K .. 'calls', instance .. 'c', instance .. 's')
  end
  wake['*'] = true
end
local function reap()
  local ended = call('ZRANGEBYSCORE', K .. 'leases', '-inf', now, 'LIMIT', 0, ${MOVED_PER_CALL})
  if #ended == 0 then return 0 end
  begin()
  for i = #ended, 1, -1 do
    local token = ended[i]
    local entry = call('HGET', K .. 'lease', token)
    call('ZREM', K .. 'leases', token)
    call('HDEL', K .. 'lease', token)
    call('ZADD', K .. 'lost', now, token)
    if entry then
      release(host((parts(entry))))
      requeue(entry)
      add.leased = add.leased - 1
    end
  end
  return #ended
end
-- Offers groups of targets: host, most leases, priority, depth, how many, then bucket, fingerprint, body of each; '!' before the
-- fingerprint offers it again.
local function offer(at)
  local accepted, duplicates, refused = 0, 0, 0
  while at <= #ARGV do
    local h, prio, depth, count = host(ARGV[at]), ARGV[at + 2], ARGV[at + 3], tonumber(ARGV[at + 4])
    local limit = ARGV[at + 1]
    at = at + 5
    local list = {}
    for i = at, at + 3 * count - 1, 3 do
      local b, fp = ARGV[i], ARGV[i + 1]
      local again = string.byte(fp) == 33
      if again then fp = string.sub(fp, 2) end
      local isSettled = call('SISMEMBER', K .. 'k:' .. b, fp) == 1
      if isSettled and not again then duplicates = duplicates + 1
      else
        begin()
        if call('SADD', K .. 'p:' .. b, fp) == 0 then duplicates = duplicates + 1
        elseif h.n >= PERHOST then
          call('SREM', K .. 'p:' .. b, fp)
          refused = refused + 1
        else
          if isSettled then
            call('SREM', K .. 'k:' .. b, fp)
            local key = call('SREM', K .. 'x:' .. b, fp) == 1 and 'failed' or 'done'
            add[key] = add[key] - 1
            call('HDEL', K .. 'failed', fp)
          else
            add.known = add.known + 1
          end
          h.n = h.n + 1
          list[#list + 1] = ARGV[i + 2]
        end
      end
    end
    if #list > 0 then
      if h.isNew then h.f = limit end
      accepted = accepted + #list
      add.queued = add.queued + #list
      level(tonumber(depth), #list)
      pushMany(h, prio, tonumber(depth), list)
    end
    at = at + 3 * count
  end
  return accepted, duplicates, refused
end
-- What this instance's last call of this kind came to, when it is the same call.
local function repeated()
  local last = NONCE ~= '' and call('HGET', K .. 'calls', INSTANCE .. KIND)
  if last and string.sub(last, 1, #NONCE + 1) == NONCE .. '\\n' then return string.sub(last, #NONCE + 2) end
end
-- Ends a call that wrote: counts, tells who waits, remembers what it came to.
local function finish(result)
  if not began then return end
  placeAll()
  for name, by in pairs(add) do if by ~= 0 then call('HINCRBY', M, name, by) end end
  if turn ~= num('turn') then call('HSET', M, 'turn', turn) end
  if NONCE ~= '' and result then call('HSET', K .. 'calls', INSTANCE .. KIND, NONCE .. '\\n' .. result) end
  local left = num('queued') + add.queued + num('leased') + add.leased
  local full = num('counted') + add.counted >= MAXPAGES or (MAXPAGES < math.huge and add.leased < 0)
  if left == 0 or full or wake['*'] then call('PUBLISH', K .. 'wake', '*')
  else
    local names = {}
    for o in pairs(wake) do names[#names + 1] = o end
    if #names > 0 then call('PUBLISH', K .. 'wake', table.concat(names, ',')) end
  end
  call('HINCRBY', M, 'e', 1)
end
`;

/** A script that reads. */
export function readingScript(body: string): string {
  return `#!lua flags=no-writes,allow-oom${CALLER}${body}`;
}

/** A script that writes. @param mayFill refused when the server's memory is full */
export function writingScript(body: string, mayFill = false): string {
  return `#!lua${mayFill ? '' : ' flags=allow-oom'}${CALLER}${STATE}${body}`;
}
