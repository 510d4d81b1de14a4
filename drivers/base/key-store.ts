// Where secret keys come from: a folder of files, a TPM, a systemd credential.

/** Gives a key by its name, e.g. `gate-signing.pem`. Errors: a coded one of the store where there is none, or it is not kept safe. */
export interface KeyStore {
  load(name: string): Promise<Buffer>;
}
