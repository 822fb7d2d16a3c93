// What is decided in Redis: each script is one atomic step about one key. They say what
// once/store/rules.ts says. A server runs one script after the other, so they are written for speed:
// parts of a record are cut out where they are, and no function is made. Numbers are doubles there,
// and written out whole: as Lua would write them, a time loses its last digits.
import { HEAD_LENGTH, NEVER, VERSION, ZERO } from './record.ts';

/**
 * Redis forgets a key so much later than it may be: the clock of a replica that takes over may be
 * ahead, and a key must not be forgotten before its time.
 */
export const GRACE_MS = 60_000;

/** Of a version that the script does not know, it changes nothing. */
export const FOREIGN = 'RUNTWICEVERSION';

/** Where owner, fingerprint and progress begin. */
const TEXTS = HEAD_LENGTH + 1;

/** Later than this is no time: Redis, and the ledger, count it as never. */
const LAST = '9e15';

const GET = "local value = redis.call('GET', KEYS[1])";

const REQUIRE_OURS = `if string.byte(value, 1) ~= ${VERSION.charCodeAt(0)} or #value < ${TEXTS} then
  return redis.error_reply('${FOREIGN} the value of the key is of another version')
end`;

const CLOCK = `local time = redis.call('TIME')
local now = time[1] * 1000 + (time[2] - time[2] % 1000) / 1000`;

/** The record, which has to be there and of the owner ARGV[1] and a separator. */
function ofOwner(otherwise: string): string {
  return `${GET}
if not value then return ${otherwise} end
${REQUIRE_OURS}
if string.sub(value, ${TEXTS}, ${HEAD_LENGTH} + #ARGV[1]) ~= ARGV[1] then return ${otherwise} end
local state = string.byte(value, 2)`;
}

/**
 * ARGV: lease, keep and remember as they are stored, owner, fingerprint; and where needed, whether to
 * write again what is claimed already, and for a takeover its owner and whether also from one with a
 * lease. The reply has no record where it is what was asked for: a key that was not there.
 */
export const CLAIM: string = `${GET}
${CLOCK}
local attempt, first, progress = '${'1'.padStart(16, '0')}', nil, ''
if value then
  ${REQUIRE_OURS}
  local state = string.byte(value, 2)
  if state == 49 or state == 50 then return {time[1], time[2], value} end
  local ownerEnd = string.find(value, '\\31', ${TEXTS}, true)
  local printEnd = string.find(value, '\\31', ownerEnd + 1, true)
  local owner = string.sub(value, ${TEXTS}, ownerEnd - 1)
  local isSame = string.sub(value, ownerEnd + 1, printEnd - 1) == ARGV[4]
  progress = string.sub(value, printEnd + 1, (string.find(value, '\\31', printEnd + 1, true) or 0) - 1)
  local may
  if state == 51 then
    may = isSame or progress == ''
  else
    may = isSame and owner == ARGV[6]
      and (state == 52 or ARGV[7] == '1' or tonumber(string.sub(value, 51, 66)) <= now)
  end
  if not may then
    if ARGV[5] == '1' and state == 48 and owner == ARGV[3] then
      redis.call('SET', KEYS[1], value)
    end
    return {time[1], time[2], value}
  end
  attempt, first = string.format('%016.0f', string.sub(value, 35, 50) + 1), string.sub(value, 67, 82)
end
local at = string.format('%016.0f', now)
value = '${VERSION}0${ZERO}${NEVER}' .. attempt .. string.format('%016.0f', now + ARGV[1])
  .. (first or at) .. at .. ARGV[2] .. ARGV[3] .. '\\31' .. ARGV[4] .. '\\31' .. progress
redis.call('SET', KEYS[1], value)
return {time[1], time[2], first and value}`;

/**
 * ARGV: owner, state, the result as it is stored, '=' and the progress or nothing; and whether to write
 * again what is made already.
 */
export const UPDATE: string = `${ofOwner('false')}
local printEnd = string.find(value, '\\31', ${TEXTS} + #ARGV[1], true)
local isEnded = state ~= 48 and state ~= 52
local progressEnd
if isEnded or ARGV[4] == '' then progressEnd = string.find(value, '\\31', printEnd + 1, true) end
if isEnded then
  local result = progressEnd and string.sub(value, progressEnd) or ''
  if string.sub(value, 2, 2) ~= ARGV[2] or result ~= ARGV[3] then return false end
  if ARGV[5] == '1' then redis.call('SET', KEYS[1], value, 'KEEPTTL') end
  return string.sub(value, 3, 18)
end
${CLOCK}
local at = string.format('%016.0f', now)
local finished, due, forgetAt = at, '${NEVER}', nil
if ARGV[2] == '0' or ARGV[2] == '4' then
  finished = '${ZERO}'
else
  local keep, remember = tonumber(string.sub(value, 99, 114)), tonumber(string.sub(value, 115, 130))
  local keepUntil = keep and now + keep
  forgetAt = keep and remember and keepUntil + remember
  if forgetAt and forgetAt > ${LAST} then forgetAt = nil end
  local dueAt = keepUntil
  if ARGV[2] == '3' then dueAt = forgetAt end
  if dueAt then due = string.format('%016.0f', dueAt) end
end
local body
if ARGV[4] == '' then
  body = string.sub(value, 35, (progressEnd or 0) - 1)
else
  body = string.sub(value, 35, printEnd) .. string.sub(ARGV[4], 2)
end
value = '${VERSION}' .. ARGV[2] .. finished .. due .. body .. ARGV[3]
if forgetAt then
  redis.call('SET', KEYS[1], value, 'PXAT', string.format('%.0f', forgetAt + ${GRACE_MS}))
else
  redis.call('SET', KEYS[1], value)
end
return at`;

/** ARGV: owner, lease. */
export const RENEW: string = `${ofOwner('0')}
if state ~= 48 and state ~= 52 then return 0 end
${CLOCK}
redis.call('SETRANGE', KEYS[1], 50, string.format('%016.0f', now + ARGV[2]))
return 1`;

export const READ: string = `${GET}
local time = redis.call('TIME')
return {time[1], time[2], value}`;

/** ARGV: owner. */
export const REMOVE: string = `${ofOwner('0')}
return redis.call('DEL', KEYS[1])`;

/** 1: it was forgotten. 2: its result was dropped. 0: neither. */
export const PURGE: string = `${GET}
if not value then return 0 end
${REQUIRE_OURS}
local state = string.byte(value, 2)
local keep, remember = tonumber(string.sub(value, 99, 114)), tonumber(string.sub(value, 115, 130))
if state == 48 or state == 52 or not keep then return 0 end
${CLOCK}
local keepUntil = string.sub(value, 3, 18) + keep
local forgetAt = remember and keepUntil + remember
if forgetAt and forgetAt <= now then return redis.call('DEL', KEYS[1]) end
if state == 51 or keepUntil > now then return 0 end
local ownerEnd = string.find(value, '\\31', ${TEXTS}, true)
local printEnd = string.find(value, '\\31', ownerEnd + 1, true)
local hadResult = string.find(value, '\\31', printEnd + 1, true)
local due = forgetAt and forgetAt < ${LAST} and string.format('%016.0f', forgetAt) or '${NEVER}'
value = string.sub(value, 1, 18) .. due .. string.sub(value, 35, printEnd)
redis.call('SET', KEYS[1], value, 'KEEPTTL')
return hadResult and 2 or 0`;
