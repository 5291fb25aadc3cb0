/** How a value that was refused is shown in the message: short, and telling a string from a number. Knows no rule. */

/** Characters of a string that are shown. */
const MAX_SHOWN = 40;

/** `'5'` for a string, `5` for a number, `a Promise` for an object; never throws, whatever the value is. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value.length > MAX_SHOWN ? `'${value.slice(0, MAX_SHOWN)}…'` : `'${value}'`;
    case 'bigint':
      return `${value}n`;
    case 'function':
      return 'a function';
    case 'object':
      return value === null ? 'null' : kindOf(value);
    default:
      return String(value);
  }
}

function kindOf(value: object): string {
  try {
    if (Array.isArray(value)) return 'an array';
    const name: unknown = value.constructor?.name;
    if (typeof name !== 'string' || name === '' || name === 'Object') return 'an object';
    return `${/^[AEIOU]/i.test(name) ? 'an' : 'a'} ${name}`;
  } catch {
    // A revoked Proxy, or a getter that throws.
    return 'an object';
  }
}
