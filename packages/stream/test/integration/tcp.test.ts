import { testBackpressureOverTcp } from './tcp-backpressure.ts';

const MIB = 1024 * 1024;

// Many times what all queues and the sockets' own buffers hold.
testBackpressureOverTcp(32 * MIB);
