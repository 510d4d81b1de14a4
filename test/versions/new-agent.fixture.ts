// An agent that speaks versions 1 and 2, as the test has them. It stands in front of the agent's own command, and takes its options.
import { main } from '../../agent/main.ts';
import { speaking } from './later-contract.ts';

process.argv.splice(2, process.argv.indexOf('--home') - 2);
await main(speaking(1, 2));
