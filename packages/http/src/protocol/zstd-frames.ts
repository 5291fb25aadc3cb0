/**
 * Where the frames of a zstd body begin and end (RFC 8878 §3.1). So a decoder that stops at the end of a frame can be given
 * one frame after the other. Reads headers and block sizes only; decodes nothing.
 */

/** Bytes of a header that is read as a whole: the longest is a magic number. */
const MAX_HEADER_BYTES = 4;

const FRAME_MAGIC = 0xfd2fb528;
/** RFC 8878 §3.1.2: the lowest four bits are free. */
const SKIPPABLE_MAGIC = 0x184d2a50;

/** RFC 8878 §3.1.1.1.1: sizes of Dictionary_ID and Frame_Content_Size by their flags. */
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];

const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;

/** What the bytes at the reading position are. The first four are read, the others are passed over. */
type Part = 'magic' | 'descriptor' | 'block' | 'skippable-size' | 'header-rest' | 'block-data' | 'last-data';

const READ_BYTES: Readonly<Partial<Record<Part, number>>> = {
  magic: 4,
  descriptor: 1,
  block: 3,
  'skippable-size': 4,
};

/** Follows one body through its frames. */
export class ZstdFrames {
  #part: Part = 'magic';
  /** Bytes of the part that are still to come. */
  #missing = 4;
  readonly #header = new Uint8Array(MAX_HEADER_BYTES);
  #hasChecksum = false;
  #fault: string | undefined;

  /** Why this is not a series of frames; `undefined` as long as it may be one. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Whether the bytes so far are whole frames. */
  get isWhole(): boolean {
    return this.#fault === undefined && this.#part === 'magic' && this.#missing === 4;
  }

  /** Cuts a chunk so that no piece holds bytes of two frames. Bytes that cannot be a frame are left out: see {@link fault}. */
  split(chunk: Uint8Array): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    let begin = 0;
    let at = 0;
    while (at < chunk.length && this.#fault === undefined) {
      const taken = Math.min(this.#missing, chunk.length - at);
      const readBytes = READ_BYTES[this.#part];
      if (readBytes !== undefined) {
        this.#header.set(chunk.subarray(at, at + taken), readBytes - this.#missing);
      }
      at += taken;
      this.#missing -= taken;
      // A part may be empty: a block without data is followed at once by the next header.
      while (this.#missing === 0 && this.#fault === undefined) {
        if (this.#next()) {
          pieces.push(chunk.subarray(begin, at));
          begin = at;
        }
      }
    }
    if (begin < at && this.#fault === undefined) pieces.push(chunk.subarray(begin, at));
    return pieces;
  }

  /** Goes to the next part; true at the end of a frame. */
  #next(): boolean {
    switch (this.#part) {
      case 'magic':
        this.#afterMagic(this.#number(4));
        return false;
      case 'descriptor':
        this.#afterDescriptor(this.#header[0] ?? 0);
        return false;
      case 'block':
        this.#afterBlockHeader(this.#number(3));
        return false;
      case 'skippable-size':
        this.#expect('last-data', this.#number(4));
        return false;
      case 'header-rest':
      case 'block-data':
        this.#expect('block', 3);
        return false;
      case 'last-data':
        this.#expect('magic', 4);
        return true;
    }
  }

  #afterMagic(magic: number): void {
    if (magic === FRAME_MAGIC) this.#expect('descriptor', 1);
    else if ((magic & 0xfffffff0) === SKIPPABLE_MAGIC) this.#expect('skippable-size', 4);
    else this.#fault = `0x${magic.toString(16).padStart(8, '0')} begins no frame`;
  }

  // RFC 8878 §3.1.1.1
  #afterDescriptor(descriptor: number): void {
    const isSingleSegment = (descriptor & 0x20) !== 0;
    const contentSize = descriptor >> 6;
    this.#hasChecksum = (descriptor & 0x04) !== 0;
    const windowBytes = isSingleSegment ? 0 : 1;
    const contentSizeBytes =
      contentSize === 0 && isSingleSegment ? 1 : (CONTENT_SIZE_BYTES[contentSize] ?? 0);
    const dictionaryBytes = DICTIONARY_ID_BYTES[descriptor & 0x03] ?? 0;
    this.#expect('header-rest', windowBytes + contentSizeBytes + dictionaryBytes);
  }

  // RFC 8878 §3.1.1.2
  #afterBlockHeader(header: number): void {
    const type = (header >> 1) & 0x03;
    if (type === RESERVED_BLOCK) {
      this.#fault = 'a block is of the reserved type';
      return;
    }
    const bytes = type === RLE_BLOCK ? 1 : header >> 3;
    const isLast = (header & 1) !== 0;
    if (isLast) this.#expect('last-data', bytes + (this.#hasChecksum ? 4 : 0));
    else this.#expect('block-data', bytes);
  }

  #expect(part: Part, bytes: number): void {
    this.#part = part;
    this.#missing = bytes;
  }

  #number(bytes: number): number {
    let value = 0;
    for (let i = bytes - 1; i >= 0; i--) value = value * 256 + (this.#header[i] ?? 0);
    return value;
  }
}
