/**
 * Unpredictable masking keys (RFC 6455 §5.3, §10.3), drawn from the system in blocks because a call for each frame
 * would cost more than the frame.
 */
import { randomFillSync } from 'node:crypto';

/** Keys drawn at once: 4 KiB. */
const BLOCK_KEYS = 1_024;

const keys = new Int32Array(BLOCK_KEYS);
let next = BLOCK_KEYS;

/** A fresh key as a 32-bit word. */
export function nextMaskKey(): number {
  if (next === BLOCK_KEYS) {
    randomFillSync(keys);
    next = 0;
  }
  return keys[next++]!;
}
