// What errors say, and how the values before one are not lost.
import { DecodeError, EncodeError, jsonl, msgpack } from '@oxbow/codec';

const decoder = jsonl<{ id: number }>().decoder();
try {
  decoder.decode(new TextEncoder().encode('{"id":1}\n{"id":2}\n{"id" 3}\n'));
} catch (error) {
  if (!(error instanceof DecodeError)) throw error;
  console.log('before the error:', error.decoded);
  console.log(`${error.code} at line ${error.line}, byte ${error.offset}`);
}

try {
  msgpack().encode({ user: { name: 'Ada', greet: () => 'hello' } });
} catch (error) {
  if (!(error instanceof EncodeError)) throw error;
  console.log(`${error.code}: ${error.message}`);
}
