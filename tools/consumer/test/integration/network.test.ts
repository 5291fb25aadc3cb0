import { testInstalls } from './installs.ts';

testInstalls('http', 'websocket');
