// Preloaded into each test file: names the tests that it skips, so that the runner sees whether each says why.
import { test } from 'uvu';
import { skipMark } from './skip-mark.ts';

const skip = test.skip;
test.skip = (...args) => {
  process.stdout.write(`\n${skipMark}${String(args[0]).replaceAll('\n', ' ')}\n`);
  skip(...args);
};
