import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { notOnReceipts } from '../../../agent/config/receipt-text.ts';
import { configuration } from '../../interop/sample-bodies.ts';

test('each text of a configuration that a receipt shows with a geta mark is named, with the characters', () => {
  const { '132047': mitaka } = configuration.municipalities;
  const municipalities = { '132047': { ...mitaka!, name: '\u{20BB7}野町' } };
  assert.equal(notOnReceipts({ shop: { name: '\u{20BB7}田商店', contact: '0422' }, municipalities }), [
    { field: 'shop.name', characters: 'U+20BB7' },
    { field: 'municipalities.132047.name', characters: 'U+20BB7' },
    { field: 'municipalities.132047.kinds.residentRecord.options.0.title', characters: 'U+20BB7' },
  ]);
  assert.equal(notOnReceipts({ municipalities: { '132047': { name: '三鷹市', kinds: {} } } }), []);
});

test.run();
