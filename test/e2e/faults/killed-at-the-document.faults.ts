// timeout: 300 s
// waits
import { playDeaths } from './deaths.ts';

playDeaths('killed-at-the-document');
