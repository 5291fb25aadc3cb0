/**
 * Dates in field values (RFC 9110 §5.6.7): the fixed form, and the two obsolete ones a recipient must still read. All are GMT,
 * whatever the machine's time zone is.
 */

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const LONG_DAY = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day';
const TIME = '(\\d\\d):(\\d\\d):(\\d\\d)';
const MONTH = '([A-Z][a-z]{2})';

/** `Sun, 06 Nov 1994 08:49:37 GMT`; a day of one digit and `UTC` are common mistakes of servers. */
const FIXED = new RegExp(`^${DAY}, (\\d\\d?) ${MONTH} (\\d{4}) ${TIME} (?:GMT|UTC)$`);
/** RFC 850: `Sunday, 06-Nov-94 08:49:37 GMT` */
const RFC_850 = new RegExp(`^${LONG_DAY}, (\\d\\d)-${MONTH}-(\\d\\d) ${TIME} GMT$`);
/** asctime: `Sun Nov  6 08:49:37 1994` */
const ASCTIME = new RegExp(`^${DAY} ${MONTH} ([ \\d]\\d) ${TIME} (\\d{4})$`);

/** A leap second is read as the second before it. */
const LAST_SECOND = 59;

/**
 * Reads a date. Gives milliseconds since 1970, or `undefined` for anything that is not one of the three forms.
 * @param nowEpochMs for the years of two digits of RFC 850: one that would be over 50 years ahead lies in the past
 *
 * @example
 * ```ts
 * import { parseHttpDate } from '@oxbow/http';
 *
 * console.log(parseHttpDate('Sun, 06 Nov 1994 08:49:37 GMT', Date.now())); // 784111777000
 * ```
 */
export function parseHttpDate(text: string, nowEpochMs: number): number | undefined {
  let match = FIXED.exec(text);
  if (match !== null) return epochMs(Number(match[3]), match[2], match[1], match.slice(4));
  match = ASCTIME.exec(text);
  if (match !== null) return epochMs(Number(match[6]), match[1], match[2], match.slice(3));
  match = RFC_850.exec(text);
  if (match === null) return undefined;
  const thisYear = new Date(nowEpochMs).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + Number(match[3]);
  const time = epochMs(year, match[2], match[1], match.slice(4));
  if (time === undefined || year <= thisYear + 50) return time;
  return epochMs(year - 100, match[2], match[1], match.slice(4));
}

function epochMs(
  year: number,
  monthName: string | undefined,
  day: string | undefined,
  time: readonly (string | undefined)[],
): number | undefined {
  const at = MONTHS.indexOf(monthName ?? '?');
  const [hour = 0, minute = 0, second = 0] = time.slice(0, 3).map(Number);
  if (at === -1 || at % 3 !== 0 || hour > 23 || minute > 59 || second > 60) return undefined;
  const date = Date.UTC(year, at / 3, Number(day), hour, minute, Math.min(second, LAST_SECOND));
  // 31 April is no day: Date would make it the first of May.
  return new Date(date).getUTCDate() === Number(day) ? date : undefined;
}

/** A date in the fixed form. */
export function formatHttpDate(time: number): string {
  return new Date(time).toUTCString();
}
