// What a document contains is nowhere in the gate's memory once its transaction has ended, printed or refused.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readPdfFile } from '../../../agent/gate/pdf/file.ts';
import type { PdfReference } from '../../../agent/gate/pdf/value.ts';
import { encode, type Value } from '../../../agent/protocol/cbor.ts';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import type { DocumentBody, Manifest } from '../../../agent/protocol/document.ts';
import { sealDocument, signManifest } from '../../../agent/protocol/document.ts';
import { objectText } from '../../../conformance/stamp/write-pdf.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { handmadeInStreams } from './pdf/handmade.ts';
import { keySet, keys, makePdf, manifestFor, order, seal, terminal } from './services.ts';

const fixture = join(import.meta.dirname, 'memory.fixture.ts');
const shifted = (text: string): string =>
  [...text].map(character => String.fromCharCode(character.charCodeAt(0) + 1)).join('');

interface Case {
  /** Written anew by this tool, with its objects and its title in packed streams. */
  packed?: boolean;
  manifest?: (right: Manifest) => Partial<Manifest>;
  body?: Record<string, Value>;
  forget?: boolean;
}

/** The same with object streams, as qpdf and others write them. */
function packedObjects(pdf: Buffer): Buffer {
  const { objects, trailer } = readPdfFile(pdf);
  const texts = Array.from({ length: objects.size }, (_, i) => objectText(objects.get(i + 1)!));
  const also = ['Root', 'Info']
    .map(key => `/${key} ${(trailer.get(key) as PdfReference).object} 0 R `)
    .join('');
  return handmadeInStreams(texts, { trailer: also, deflated: true });
}

/** What a gate says of a document whose pages and title hold a secret, and how often that is in its memory then. */
async function remembered({
  packed = false,
  manifest,
  body,
  forget = true,
}: Case): Promise<{ result: string; found: number[] }> {
  const folder = temporaryFolder('memory');
  const [inPage, inTitle] = [randomBytes(12).toString('hex'), randomBytes(12).toString('hex')];
  const key = newKeyPair();
  const nonce = randomBytes(32);
  const transaction = randomBytes(16);
  const subject = randomBytes(16);
  const asked = { transaction, subject, gateNonce: nonce, gateKey: key.thumbprint, key: key.coseKey };
  const made = await makePdf(asked, {
    also: doc => {
      doc.info.Title = inTitle;
      // more than one piece of what zlib unpacks at a time, and right behind the stamp
      for (let line = 0; line < 1000; line++) doc.addContent(`% ${line * line} ${inPage}`);
    },
  });
  const pdf = packed ? packedObjects(made) : made;
  const right = manifestFor(asked, pdf);
  const sealed = body
    ? sealDocument(
        { manifest: signManifest(right, keys.issuing), pdf, ...body } as DocumentBody,
        transaction,
        key.coseKey,
      )
    : seal(asked, { ...right, ...manifest?.(right) }, pdf);
  const token = {
    transaction,
    terminal,
    subject,
    gateKeyThumbprint: key.thumbprint,
    certificateDigest: nonce,
  };
  const needles = [shifted(inPage), shifted(inTitle)];
  const name = transaction.toString('hex');
  try {
    writeFileSync(
      join(folder, 'given.cbor'),
      encode({ name, nonce, terminal, token, order, keySet, needles, forget }),
    );
    writeFileSync(join(folder, 'key.pem'), key.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(join(folder, 'sealed.bin'), sealed);
    return JSON.parse(execFileSync(process.execPath, [fixture, folder], { encoding: 'utf8' }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The needle itself, while it is searched for. */
const nowhere = [1, 1];

test('a document that was held', async () => {
  assert.equal(await remembered({}), { result: 'held', found: nowhere });
});

test('a document in object streams that was refused for its manifest', async () => {
  const of = await remembered({ packed: true, manifest: () => ({ pages: 9 }) });
  assert.equal(of, { result: 'gate/pageCount', found: nowhere });
});

test('a document that is no document at all', async () => {
  const of = await remembered({ body: { more: 1 } });
  assert.equal(of, { result: 'gate/documentSealed', found: nowhere });
});

test('the search finds a document that is still held', async () => {
  const { found } = await remembered({ forget: false });
  assert.ok(found[1]! > nowhere[1]!, `${found}: the title, for its page is packed`);
});

test.run();
