/**
 * What the parser below this package gets wrong about the head of a response, put right in the bytes before it sees them:
 * - outer blanks of a field value are no part of it (RFC 9110 §5.5); the parser counts blanks behind Content-Length as digits;
 * - a `100 Continue` may come unasked (RFC 9110 §15.2); the parser ends the connection over it.
 * A head that needs nothing, which is nearly every one, is passed on as it is.
 */

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const TAB = 0x09;

const HEAD_END = '\r\n\r\n';
const VERSION_BEGIN = Buffer.from('HTTP/1.', 'latin1');
/** A status line up to its code: `HTTP/1.1 100`. */
const STATUS_CODE_AT = 9;
const STATUS_CODE_END = 12;

type State = 'status' | 'status-rest' | 'line-start' | 'line' | 'body';

const NOTHING: Buffer = Buffer.alloc(0);

/** Follows one connection. Between {@link expectHead} and the end of the final head it reads, then it lets everything pass. */
export class ResponseHeadFilter {
  #state: State = 'body';
  /** The first bytes of a status line, until its code is known; blanks that may turn out to be at the end of a line. */
  #held: number[] = [];
  /** The head being read is that of a `100 Continue`. */
  #swallowing = false;
  /** The final head has not been seen: another follows. */
  #isInformational = false;
  /** How many `100 Continue` were taken out since {@link expectHead}. */
  swallowed = 0;

  /** A request goes out: what comes next is the head of a response. */
  expectHead(): void {
    this.#state = 'status';
    this.#held.length = 0;
    this.#swallowing = false;
    this.swallowed = 0;
  }

  /** The bytes to parse of those that came: the same buffer, or an own one, which may be empty. */
  pass(chunk: Buffer): Buffer {
    if (this.#state === 'body' || chunk.length === 0) return chunk;
    if (this.#state === 'status' && this.#held.length === 0 && isPlainFinalHead(chunk)) {
      this.#state = 'body';
      return chunk;
    }
    return this.#filter(chunk);
  }

  #filter(chunk: Buffer): Buffer {
    const out = Buffer.allocUnsafe(chunk.length + this.#held.length);
    let length = 0;
    const emit = (byte: number): void => {
      if (!this.#swallowing) out[length++] = byte;
    };
    const release = (): void => {
      for (const byte of this.#held) emit(byte);
      this.#held.length = 0;
    };
    let at = 0;
    for (; at < chunk.length && this.#state !== 'body'; at++) {
      const byte = chunk[at] as number;
      if (this.#state === 'status') {
        const isOther = this.#held.length < VERSION_BEGIN.length && byte !== VERSION_BEGIN[this.#held.length];
        this.#held.push(byte);
        if (!isOther && this.#held.length < STATUS_CODE_END) continue;
        this.#readStatus();
        release();
      } else if (this.#state === 'status-rest') {
        emit(byte);
        if (byte === LF) this.#state = 'line-start';
      } else if (this.#state === 'line-start' && (byte === CR || byte === LF)) {
        emit(byte);
        if (byte === LF) this.#endHead();
      } else if ((byte === SPACE || byte === TAB) && this.#state === 'line') {
        this.#held.push(byte);
      } else {
        // A line of nothing but blanks keeps the first: without it, it would be the end of the head.

        if (byte === CR || byte === LF) this.#held.length = 0;
        else release();
        this.#state = byte === LF ? 'line-start' : 'line';
        emit(byte);
      }
    }
    if (at < chunk.length) length += chunk.copy(out, length, at);
    return length === 0 ? NOTHING : out.subarray(0, length);
  }

  #readStatus(): void {
    const code = String.fromCharCode(...this.#held.slice(STATUS_CODE_AT, STATUS_CODE_END));
    this.#isInformational = /^1\d\d$/.test(code) && code !== '101';
    this.#swallowing = code === '100';
    // The reason phrase may be empty, but the blank before it stays: blanks are only taken from the lines after this one.
    this.#state = this.#held.at(-1) === LF ? 'line-start' : 'status-rest';
  }

  #endHead(): void {
    if (this.#swallowing) this.swallowed++;
    this.#swallowing = false;
    this.#state = this.#isInformational ? 'status' : 'body';
  }
}

/** Whether the chunk holds a whole head, the final one, without a blank before a line end (the status line's apart). */
function isPlainFinalHead(chunk: Buffer): boolean {
  // '1' of 1xx
  if (chunk[STATUS_CODE_AT] === 0x31) return false;
  const end = chunk.indexOf(HEAD_END, 0, 'latin1');
  if (end === -1) return false;
  const fields = chunk.indexOf(LF);
  return (
    !blankBeforeLineEnd(chunk, ' \r\n', fields, end) && !blankBeforeLineEnd(chunk, '\t\r\n', fields, end)
  );
}

function blankBeforeLineEnd(chunk: Buffer, pattern: string, from: number, end: number): boolean {
  const at = chunk.indexOf(pattern, from, 'latin1');
  return at !== -1 && at < end;
}
