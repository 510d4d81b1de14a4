// A reader in another language, with other libraries, reads from our messages what we put into them.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { samples } from './sample-messages.ts';
import { readAgain, shown } from './second-reader.ts';

const readings = readAgain(samples.map(sample => sample.recorded));

samples.forEach((sample, at) => {
  test(`${sample.name} reads the same`, () => {
    assert.is(readings[at]?.refused, undefined);
    assert.equal(readings[at]?.read, shown(sample.body));
  });
});

test.run();
