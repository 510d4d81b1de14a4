// The client's IPP codec: fixed bytes from RFC 8010, the simulator's independent codec as counterpart, and fuzz.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeRequest } from '../../../drivers/page/ipp-request.ts';
import { decodeResponse, groupOf, integerOf, stringsOf } from '../../../drivers/page/ipp-response.ts';
import { isPageError } from '../../../drivers/page/page-error.ts';
import {
  enumeration,
  flag,
  integer,
  keyword,
  noValue,
  range,
} from '../../../simulator/page-printer/ipp-values.ts';
import { formatResponse, parseRequest } from '../../../simulator/page-printer/ipp-wire.ts';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
console.log(`seed ${seed}`);

/** An answer to request 7: status OK, then `body` after the header, given as hexadecimal. */
const answer = (body: string) => Buffer.from(`0200000000000007${body.replaceAll(' ', '')}`, 'hex');
const refuses = (bytes: Buffer, why: RegExp) =>
  assert.throws(
    () => decodeResponse(bytes, 7),
    (error: Error) => isPageError(error) && error.code === 'page/protocol' && why.test(error.message),
  );

test('a request is encoded byte for byte as in RFC 8010, 3.1', () => {
  const bytes = encodeRequest({
    version: '1.1',
    operation: 'Get-Jobs',
    requestId: 123,
    operationAttributes: [
      ['integer', 'limit', 50],
      ['keyword', 'requested-attributes', 'job-id', 'job-name'],
    ],
  });
  const expected =
    '0101 000a 0000007b 01' +
    ' 47 0012 617474726962757465732d63686172736574 0005 7574662d38' +
    ' 48 001b 617474726962757465732d6e61747572616c2d6c616e6775616765 0002 656e' +
    ' 21 0005 6c696d6974 0004 00000032' +
    ' 44 0014 7265717565737465642d61747472696275746573 0006 6a6f622d6964' +
    ' 44 0000 0008 6a6f622d6e616d65 03';
  assert.is(bytes.toString('hex'), expected.replaceAll(' ', ''));
});

test('an independent decoder reads the same request', () => {
  const head = encodeRequest({
    version: '2.0',
    operation: 'Create-Job',
    requestId: 5,
    operationAttributes: [['boolean', 'ipp-attribute-fidelity', true]],
    jobAttributes: [['integer', 'copies', 2]],
  });
  const read = parseRequest(Buffer.concat([head, Buffer.from('%PDF')]));
  assert.is(read.operation, 5);
  assert.equal(
    read.groups.map(({ tag }) => tag),
    [1, 2],
  );
  assert.equal(read.groups[1]?.attributes, [integer('copies', 2)]);
  assert.is(read.document.toString(), '%PDF');
});

test('a response of an independent encoder is decoded: sets, out-of-band values, ranges', () => {
  const attributes = [
    keyword('printer-state-reasons', 'media-low-report', 'toner-low-warning'),
    enumeration('printer-state', 3),
    noValue('time-at-completed'),
    range('copies-supported', 1, 99),
    flag('printer-is-accepting-jobs', true),
  ];
  const request = parseRequest(answer('03'));
  const response = decodeResponse(
    formatResponse(request, { status: 0, groups: [{ tag: 4, attributes }] }),
    7,
  );
  const printer = groupOf(response, 4);
  assert.equal(stringsOf(printer, 'printer-state-reasons'), ['media-low-report', 'toner-low-warning']);
  assert.is(integerOf(printer, 'printer-state'), 3);
  assert.equal(printer?.attributes.get('time-at-completed'), []);
});

test('a collection is skipped, and the attributes around it are read', () => {
  const collection = '34 0001 63 0000 4a 0000 0001 78 21 0000 0004 00000001 37 0000 0000';
  const response = decodeResponse(answer(`04 ${collection} 21 0001 61 0004 00000009 03`), 7);
  assert.is(integerOf(groupOf(response, 4), 'a'), 9);
  refuses(answer('04 34 0001 63 0000 03'), /has no end/);
  refuses(answer('04 34 0001 63 0000 21 0001 61 0004 00000009 37 0000 0000 03'), /inside a collection/);
  refuses(answer('04 37 0001 63 0000 03'), /without a beginning/);
});

test('each malformed response is refused with its reason', () => {
  refuses(Buffer.alloc(0), /shorter/);
  refuses(Buffer.from('050000000000000703', 'hex'), /version 5/);
  refuses(Buffer.from('020000000000000803', 'hex'), /another request/);
  refuses(answer('01'), /cut off/);
  refuses(answer('21 0001 61 0004 00000001 03'), /outside of any group/);
  refuses(answer('04 21 0001 61 7fff 00000001 03'), /beyond the end/);
  refuses(answer('04 21 ffff 61 0004 00000001 03'), /beyond the end/);
  refuses(answer('04 21 0000 0004 00000001 03'), /without an attribute/);
  refuses(answer('04 21 0001 61 0003 000001 03'), /integer of 3/);
  refuses(answer('04 22 0001 61 0001 02 03'), /boolean/);
  refuses(answer('04 44 0001 61 0001 ff 03'), /UTF-8/);
  refuses(answer('04 21 0001 61 0004 00000001 21 0001 61 0004 00000001 03'), /twice/);
  refuses(answer('03 00'), /follow the end/);
});

/** Decodes, or refuses with page/protocol. Any other error is a fault of the codec. */
function settles(bytes: Buffer): void {
  try {
    decodeResponse(bytes, 7);
  } catch (error) {
    if (!isPageError(error) || error.code !== 'page/protocol') throw error;
  }
}

test('for any bytes the decoder throws only page/protocol', () => {
  const body = fc.uint8Array({ maxLength: 400 }).map(bytes => Buffer.concat([answer(''), bytes]));
  fc.assert(fc.property(body, settles), { seed, numRuns: 3000 });
});

test('for damaged responses of a real printer too', () => {
  const good = formatResponse(parseRequest(answer('03')), {
    status: 0,
    groups: [
      {
        tag: 2,
        attributes: [integer('job-id', 4), enumeration('job-state', 9), keyword('job-state-reasons', 'none')],
      },
      { tag: 4, attributes: [flag('printer-is-accepting-jobs', true), range('copies-supported', 1, 9)] },
    ],
  });
  const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
  const cut = fc.nat(good.length);
  fc.assert(
    fc.property(damage, cut, (changes, length) => {
      const bytes = Buffer.from(good);
      for (const [at, value] of changes) bytes[at] = value;
      settles(bytes);
      settles(bytes.subarray(0, length));
    }),
    { seed, numRuns: 3000 },
  );
});

test.run();
