// The link's certificates: read again for each connection, and when they run out.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readHome } from '../../../agent/config/home.ts';
import { TlsFiles } from '../../../agent/config/tls-files.ts';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { silentLog } from '../../../drivers/base/log.ts';
import { makeAuthority } from '../../../simulator/hub/keys/authority.ts';
import { otherClient, withHome } from './home-folder.ts';

const day = 86_400_000;

test('what a person puts into the folder is used for the next connection; what does not fit is not, and the log says so', () =>
  withHome({}, async folder => {
    const errors: unknown[] = [];
    const { tls } = await readHome(folder);
    const files = new TlsFiles(folder, tls, {
      ...silentLog,
      error: (event, fields) => errors.push([event, fields]),
    });
    assert.equal(await files.read(), { key: tls.key, cert: tls.certificate, ca: tls.authority });
    await writeFile(join(folder, 'certificate.pem'), otherClient.certificate);
    assert.equal((await files.read()).cert, tls.certificate);
    assert.equal(errors, [['certificates not read again', { error: 'agent/home', file: 'certificate.pem' }]]);
    await writeFile(join(folder, 'keys/link-tls.pem'), otherClient.key);
    assert.equal(String((await files.read()).cert), otherClient.certificate);
  }));

test('the certificate that runs out first counts', () =>
  withHome({}, async folder => {
    const now = Math.floor(Date.now() / 1000) * 1000;
    const { tls } = await readHome(folder);
    const files = new TlsFiles(folder, tls, silentLog);
    assert.is(files.validity.file, 'certificate.pem');
    const years = 9.5 * 365 * day; // an authority's certificate is valid for ten years
    const old = await makeAuthority('An old authority', newKeyPair(), () => now - years);
    await writeFile(join(folder, 'authority.pem'), old.certificate);
    await files.read();
    const { file, until } = files.validity;
    assert.is(file, 'authority.pem');
    assert.is(Math.round((until - now) / day), 183);
  }));

test.run();
