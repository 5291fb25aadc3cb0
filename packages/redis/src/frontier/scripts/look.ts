/** The scripts that look: they change nothing. Lua as text. */
import { RedisScript } from '../../connection/redis-script.ts';
import { readingScript } from './prelude.ts';

/** Hosts that `statistics` lists: every worker asks several times a second. */
export const LISTED_HOSTS = 100;

/** ARGV 3: the output. Gives `OK` and everything that is counted. */
export const STATISTICS: RedisScript = new RedisScript(
  readingScript(`
local perHost = {}
for _, name in ipairs(call('ZREVRANGE', K .. 'hq', 0, ${LISTED_HOSTS - 1})) do
  local v = call('HMGET', K .. 'h:' .. name, 'n', 'q', 'w', 'l', 'd')
  perHost[#perHost + 1] = { name, tonumber(v[1]) or 0, (tonumber(v[2]) or 0) + (tonumber(v[3]) or 0), tonumber(v[4]) or 0, v[5] or '0' }
end
local outputs = {}
for _, field in ipairs(call('HKEYS', K .. 'out')) do
  if string.sub(field, 1, 2) == 's:' then outputs[#outputs + 1] = string.sub(field, 3) end
end
local out = call('HMGET', K .. 'out', 's:' .. ARGV[3], 'c:' .. ARGV[3])
return { 'OK', num('known'), num('queued'), num('leased'), num('done'), num('failed'), num('hosts'), num('counted'), m.state, out[1] or '0',
  out[2] or '', outputs, call('HGETALL', K .. 'sums'), perHost }`),
);

/** ARGV from 3 on: bucket, fingerprint, host, the beginning of its bodies behind their attempt. Gives `OK` and what is known. */
export const LOOKUP: RedisScript = new RedisScript(
  readingScript(`
local b, fp, name, body = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local state = 'unknown'
if call('SISMEMBER', K .. 'p:' .. b, fp) == 1 then
  state = 'queued'
  for _, entry in ipairs(call('HVALS', K .. 'lease')) do
    local host, rest = string.match(entry, '^([^\\t]*)\\t[^\\t]*\\t[^\\t]*\\t%d+\\t(.*)$')
    if host == name and string.sub(rest, 1, #body) == body then state = 'leased' end
  end
elseif call('SISMEMBER', K .. 'x:' .. b, fp) == 1 then state = 'failed'
elseif call('SISMEMBER', K .. 'k:' .. b, fp) == 1 then state = 'done' end
local v = call('HMGET', K .. 'h:' .. name, 'n', 'u', 'd')
local delay = tonumber(v[3]) or num('delay')
local due = ''
if v[1] then
  due = tonumber(v[2]) or 0
  if delay > 0 and num('held') > 0 then due = math.max(due, num('held') + delay) end
  due = string.format('%d', math.max(0, due - now))
end
local failure = state == 'failed' and call('HGET', K .. 'failed', fp) or ''
return { 'OK', state, due, delay, (tonumber(v[1]) or 0) >= tonumber(m.perHost) and 1 or 0, failure }`),
);

/** Gives `OK` and of each worker its number, ms until it counts as gone, pages, and what it said of itself. */
export const WORKERS: RedisScript = new RedisScript(
  readingScript(`
local workers = {}
local found = call('ZRANGE', K .. 'workers', 0, -1, 'WITHSCORES')
for i = 1, #found, 2 do
  local about = call('HGET', K .. 'wi', found[i]) or ''
  workers[#workers + 1] = { found[i], string.format('%d', found[i + 1] - now), call('HGET', K .. 'pages', found[i]) or '0', about }
end
return { 'OK', workers }`),
);
