// Where secret keys come from: a folder of files, a TPM, a systemd credential.

/** Loads a key by its name, e.g. `gate-signing.pem`. Errors: a coded error of the store if the key is missing or not protected. */
export interface KeyStore {
  load(name: string): Promise<Buffer>;
}
