import { testBackpressureOverTcp } from '../integration/tcp-backpressure.ts';

const MIB = 1024 * 1024;

testBackpressureOverTcp(256 * MIB, 128 * MIB);
