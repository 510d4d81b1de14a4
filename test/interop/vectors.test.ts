// The second reader's cryptography against published vectors: COSE working group's examples (cose-wg/Examples:
// sign1-tests/sign-pass-02, ecdh-direct-examples/p256-hkdf-256-01) and RFC 9679, section 6. Their headers are not ours.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fromCoseKey, thumbprint, toCoseKey } from '../../agent/protocol/cose-key.ts';
import { hexOf, readAgain } from './second-reader.ts';

const coseKey = (x: string, y: string) =>
  new Map<number, number | Buffer>([
    [1, 2],
    [-1, 1],
    [-2, Buffer.from(x, 'base64url')],
    [-3, Buffer.from(y, 'base64url')],
  ]);

const signer = coseKey(
  'usWxHK2PmfnHKwXPS54m0kTcGJ90UiglWiGahtagnv8',
  'IBOL-C3BttVivg-lSreASjpkttcsz-1rb7btKLv8EX4',
);
const recipient = coseKey(
  'Ze2loSV3wrroKUN_4zhwGhCqo3Xhu1td4QjeQ5wIVR0',
  'HlLtdXARY_f55A3fnzQbPcm6hgr34Mp8p-nuzQCE0Zw',
);
const recipientScalar = Buffer.from('r_kHyZ-a06rmxM3yESK84r1otSg-aQcVStkRhA-iCM8', 'base64url').toString(
  'hex',
);
const content = Buffer.from('This is the content.').toString('hex');

const signed =
  'd28443a10126a10442313154546869732069732074686520636f6e74656e742e5840' +
  'eae868ecc176883766c5dc5ba5b8dca25dab3c2e56a551ce5705b793914348e1' +
  '55388b10c4f1b59a6733eab416870a945111a4b2fbdbef33a77234b1deff2f9b';

/** RFC 9052, C.1.1: one signature, no external data, the same key. */
const signedBySeveral =
  'd8628440a054546869732069732074686520636f6e74656e742e818343a10126a1044231315840' +
  'e2aeafd40d69d19dfe6e52077c5d7ff4e408282cbefb5d06cbf414af2e19d982' +
  'ac45ac98b8544c908b4507de1e90b717c3d34816fe926a2b98f53afd2fa0f30a';

const encrypted =
  'd8608443a10101a1054cc9cf4df2fe6c632bf788641358247adbe2709ca818fb415f1e5df66f4e1a51053ba6d65a1a0c52a357da7a644b80' +
  '70a151b0818344a1013818a220a40102200121582098f50a4ff6c05861c8860d13a638ea56c3f5ad7590bbfbf054e1c7b4d91d6280225820' +
  'f01400b089867804b8e9fc96c3932161f1934f4223069170d924b7e03bf822bb0458246d65726961646f632e6272616e64796275636b4062' +
  '75636b6c616e642e6578616d706c6540';

test('a signature of a COSE_Sign holds, and fails for another key', () => {
  const vector = { kind: 'sign vector', message: signedBySeveral };
  const readings = readAgain([
    { ...vector, key: hexOf(signer) },
    { ...vector, key: hexOf(recipient) },
  ]);
  assert.is(readings[0]?.read, `h'${content}'`);
  assert.is(readings[1]?.refused, 'signature');
});

test('ES256 with external data: the signature holds, and fails for other external data', () => {
  const vector = { kind: 'sign1 vector', message: signed, key: hexOf(signer) };
  const [right, wrong] = readAgain([
    { ...vector, external: '11aa22bb33cc44dd55006699' },
    { ...vector, external: '11aa22bb33cc44dd55006698' },
  ]);
  assert.is(right?.read, `h'${content}'`);
  assert.is(wrong?.refused, 'signature');
});

test('ECDH-ES with HKDF-256: content key and plaintext', () => {
  const [reading] = readAgain([{ kind: 'encrypt vector', message: encrypted, private: recipientScalar }]);
  assert.equal(reading?.read, { key: "h'56074d506729ca40c4b4fe50c6439893'", plaintext: `h'${content}'` });
});

test('a key thumbprint, by both readers', () => {
  const published = '496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec';
  assert.is(thumbprint(toCoseKey(fromCoseKey(recipient))).toString('hex'), published);
  assert.is(readAgain([{ kind: 'thumbprint', message: hexOf(recipient) }])[0]?.read, `h'${published}'`);
});

test.run();
