// The link's key and certificates, read again for each connection: so a certificate that a person renewed needs no restart.
import { X509Certificate } from 'node:crypto';
import { failure, type Log } from '../../drivers/base/log.ts';
import type { TlsCredentials } from '../link/dial.ts';
import { type AgentHome, isHomeError, readTls } from './home.ts';

export interface Validity {
  file: 'certificate.pem' | 'authority.pem';
  /** ms since 1970 UTC. */
  from: number;
  until: number;
}

export class TlsFiles {
  readonly #folder: string;
  readonly #log: Log;
  #tls: AgentHome['tls'];

  /** `tls`: as they were read at the start. */
  constructor(folder: string, tls: AgentHome['tls'], log: Log) {
    this.#folder = folder;
    this.#tls = tls;
    this.#log = log;
  }

  /** Where they cannot be read, or do not fit each other, the last ones are used, and the log says so. */
  async read(): Promise<TlsCredentials> {
    try {
      this.#tls = await readTls(this.#folder);
    } catch (error) {
      if (!isHomeError(error)) throw error;
      this.#log.error('certificates not read again', { ...failure(error), ...error.detail });
    }
    const { key, certificate, authority } = this.#tls;
    return { key, cert: certificate, ca: authority };
  }

  /** Of the certificate that runs out first. */
  get validity(): Validity {
    const { certificate, authority } = this.#tls;
    const [own, issuer] = [
      validityOf('certificate.pem', certificate),
      validityOf('authority.pem', authority),
    ];
    return issuer.until < own.until ? issuer : own;
  }
}

function validityOf(file: Validity['file'], pem: Buffer): Validity {
  const { validFromDate, validToDate } = new X509Certificate(pem);
  return { file, from: validFromDate.getTime(), until: validToDate.getTime() };
}
