import { testInstalls } from './installs.ts';

testInstalls('crawler');
