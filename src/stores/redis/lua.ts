// What is decided in Redis: each script is one atomic step about one key. They say what
// once/store/rules.ts says. Numbers are doubles there, and written out whole: as Lua would write them,
// a time loses its last digits.
import { HEAD_LENGTH, VERSION } from './record.ts';

/**
 * Redis forgets a key so much later than it may be: the clock of a replica that takes over may be
 * ahead, and a key must not be forgotten before its time.
 */
export const GRACE_MS = 60_000;

/** Of a version that the script does not know, it changes nothing. */
export const FOREIGN = 'RUNTWICEVERSION';

const PARTS = `local key = KEYS[1]
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function whole(number)
  return string.format('%.0f', number)
end
local function isOurs(value)
  return string.sub(value, 1, 2) == '${VERSION}\\31'
end
local function split(value)
  local fields, from = {}, 1
  for index = 1, 14 do
    local at = string.find(value, '\\31', from, true)
    if not at then break end
    fields[index] = string.sub(value, from, at - 1)
    from = at + 1
  end
  fields[#fields + 1] = string.sub(value, from)
  return fields
end
local function join(fields)
  return table.concat(fields, '\\31', 1, fields[14] and 15 or 13)
end
local value = redis.call('GET', key)
if value and not isOurs(value) then
  return redis.error_reply('${FOREIGN} the value of the key is of another version')
end
`;

/**
 * ARGV: fingerprint, owner, lease, keep, remember, whether to write again what is claimed already, and
 * for a takeover its owner and whether also from one with a lease.
 */
export const CLAIM: string = `${PARTS}local now = clock()
local time = whole(now)
local old
if value then
  local state = string.sub(value, 3, 3)
  if state == '1' or state == '2' then return {time, value} end
  old = split(value)
  local isSame = old[11] == ARGV[1]
  local may = isSame or old[13] == ''
  if state ~= '3' then
    may = isSame and old[12] == ARGV[7]
      and (state == '4' or ARGV[8] == '1' or tonumber(old[4]) <= now)
  end
  if not may then
    if ARGV[6] == '1' and state == '0' and old[12] == ARGV[2] then redis.call('SET', key, value) end
    return {time, value}
  end
end
value = join({'${VERSION}', '0', old and whole(old[3] + 1) or '1', whole(now + ARGV[3]),
  old and old[5] or time, time, '0', ARGV[4], ARGV[5], '', ARGV[1], ARGV[2], old and old[13] or ''})
redis.call('SET', key, value)
return {time, value}`;

/**
 * ARGV: owner, state, whether there is progress, progress, whether there is a result, codec, text,
 * whether to write again what is made already.
 */
export const UPDATE: string = `${PARTS}if not value then return false end
local fields = split(value)
if fields[12] ~= ARGV[1] then return false end
local state, isEnded = fields[2], {['1'] = true, ['2'] = true, ['3'] = true}
local codec, text
if ARGV[5] == '1' then codec, text = ARGV[6], ARGV[7] end
if isEnded[state] then
  if state ~= ARGV[2] or fields[14] ~= codec or fields[15] ~= text then return false end
  if ARGV[8] == '1' then redis.call('SET', key, value, 'KEEPTTL') end
  return fields[7]
end
state = ARGV[2]
local now = clock()
local time = whole(now)
fields[2], fields[7], fields[10] = state, isEnded[state] and time or '0', ''
if ARGV[3] == '1' then fields[13] = ARGV[4] end
fields[14], fields[15] = codec, text
local forgetAt
if isEnded[state] and fields[8] ~= '' then
  local keepUntil = now + fields[8]
  if fields[9] ~= '' then forgetAt = keepUntil + fields[9] end
  if state ~= '3' then fields[10] = whole(keepUntil)
  elseif forgetAt then fields[10] = whole(forgetAt) end
end
if forgetAt and forgetAt < 9e15 then
  redis.call('SET', key, join(fields), 'PXAT', whole(forgetAt + ${GRACE_MS}))
else
  redis.call('SET', key, join(fields))
end
return time`;

/** ARGV: owner, lease. */
export const RENEW: string = `${PARTS}if not value then return 0 end
local fields = split(value)
if fields[12] ~= ARGV[1] or (fields[2] ~= '0' and fields[2] ~= '4') then return 0 end
fields[4] = whole(clock() + ARGV[2])
redis.call('SET', key, join(fields))
return 1`;

export const READ: string = `${PARTS}return {whole(clock()), value}`;

/** ARGV: owner. */
export const REMOVE: string = `${PARTS}if not value or split(value)[12] ~= ARGV[1] then return 0 end
return redis.call('DEL', key)`;

/** 1: it was forgotten. 2: its result was dropped. 0: neither. */
export const PURGE: string = `${PARTS}if not value then return 0 end
local fields = split(string.sub(value, 1, ${HEAD_LENGTH}))
local state, now = fields[2], clock()
if state == '0' or state == '4' or fields[8] == '' then return 0 end
local keepUntil = fields[7] + fields[8]
local forgetAt = fields[9] ~= '' and keepUntil + fields[9]
if forgetAt and forgetAt <= now then return redis.call('DEL', key) end
if state == '3' or keepUntil > now then return 0 end
fields = split(value)
local hadResult = fields[14]
fields[10] = forgetAt and whole(forgetAt) or ''
fields[13], fields[14], fields[15] = '', nil, nil
redis.call('SET', key, join(fields), 'KEEPTTL')
return hadResult and 2 or 0`;
