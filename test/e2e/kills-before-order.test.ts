// timeout: 180 s
import { testKills } from './kills.ts';

testKills('kills before the order', ['card', 'pin', 'authenticate', 'choose', 'confirm', 'order']);
