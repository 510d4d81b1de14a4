// The agent's own folder, written by `madoguchi enrol`:
//   agent.json               terminal, epoch, broker
//   link.json                optional, by the installer: how the shop's network lets the broker be reached
//   keys/agent-signing.pem   signs what is sent to the hub (PKCS#8, P-256)
//   keys/link-tls.pem        TLS key of the link; certificate.pem, authority.pem beside the folder keys/
//   keys/journal-data.bin    32 bytes: the journal's data key; previous ones beside it (journal-keys.ts)
//   root.cbor                the hub's root document, vouched for by the installer's sheet
//   key-set.cbor             the hub's keys, signed by keys of it
//   configuration.cbor       the terminal's configuration, signed
//   accepted.json            written by the agent: the highest numbers of both that it has served with
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { MadoguchiError } from '../../drivers/base/error.ts';
import { highestIn, lowerThan, type Numbers, remember, sayLower } from '../../drivers/base/rising-numbers.ts';
import { type Configuration, readConfiguration } from '../protocol/configuration.ts';
import { type KeyPair, toKeyPair } from '../protocol/cose-key.ts';
import { type KeySet, readKeySet } from '../protocol/key-set.ts';
import { type Root, readRoot } from '../protocol/root.ts';
import { brokerAddress, count, parse, terminalId, text } from '../protocol/schema.ts';
import { readJournalKeys } from './journal-keys.ts';

const settings = v.strictObject({
  terminal: terminalId,
  epoch: count(1, 2 ** 32),
  broker: brokerAddress,
});

const url = (...protocols: string[]) =>
  v.pipe(
    text(200),
    v.regex(/^\S+$/), // a URL drops line feeds and tabs without a word
    v.check(given => URL.canParse(given) && protocols.includes(new URL(given).protocol)),
  );
/** Both optional. `broker` replaces the address of the enrolment; the certificates stay. */
const linkSettings = v.strictObject({
  broker: v.optional(url('mqtts:', 'wss:')),
  proxy: v.optional(url('http:')),
});
export type LinkSettings = v.InferOutput<typeof linkSettings>;

export interface AgentHome {
  terminal: string;
  epoch: number;
  /** Broker URL, mqtts or wss. */
  broker: string;
  /** URL of the HTTP proxy to the broker; undefined where there is none. */
  proxy?: string;
  signingKey: KeyPair;
  tls: { key: Buffer; certificate: Buffer; authority: Buffer };
  /** Data keys of the journal. The first one seals. */
  journalKeys: readonly [KeyObject, ...KeyObject[]];
  /** The hub's root document. */
  root: Root;
  keySet: KeySet;
  configuration: Configuration;
  /** The same as received, signed. */
  signed: { keySet: Buffer; configuration: Buffer };
}

/** All codes, for docs/codes.md. */
export const homeCodes = {
  'agent/home': [
    'The terminal’s folder is incomplete or damaged',
    'Enrol the terminal again: madoguchi enrol --help.',
  ],
  'agent/homeDenied': [
    'The agent’s user may not read the terminal’s folder',
    'Give folder and files to the user that the agent runs as (chown -R USER DIR/agent).',
  ],
} as const;

/** The folder is not what enrolment wrote. */
export class HomeError extends MadoguchiError {
  constructor(file: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const { code: reason } = cause as NodeJS.ErrnoException;
    const code = reason === 'EACCES' || reason === 'EPERM' ? 'agent/homeDenied' : 'agent/home';
    const [message, hint] = homeCodes[code];
    super(code, `${message}: ${file}: ${why}`, hint, { cause, detail: { file } });
  }
}

export const isHomeError = (error: unknown): error is HomeError => error instanceof HomeError;

type Read = <T>(file: string, understand: (bytes: Buffer) => T) => Promise<T>;

const readerOf =
  (folder: string): Read =>
  async (file, understand) => {
    try {
      return understand(await readFile(join(folder, file)));
    } catch (cause) {
      throw new HomeError(file, cause);
    }
  };

/** Key and certificates of the link. Errors: HomeError. */
export async function readTls(folder: string): Promise<AgentHome['tls']> {
  const read = readerOf(folder);
  const key = await read('keys/link-tls.pem', pem => {
    createPrivateKey(pem);
    return pem;
  });
  return {
    key,
    certificate: await read('certificate.pem', pem => {
      if (!new X509Certificate(pem).checkPrivateKey(createPrivateKey(key)))
        throw new Error('it is of another key than keys/link-tls.pem');
      return pem;
    }),
    authority: await read('authority.pem', pem => {
      new X509Certificate(pem);
      return pem;
    }),
  };
}

const acceptedFile = 'accepted.json';
/** Files whose number rises with each new one. */
const numbered = { keySet: 'key-set.cbor', configuration: 'configuration.cbor' } as const;

const numbersOf = ({ keySet, configuration }: Pick<AgentHome, 'keySet' | 'configuration'>): Numbers =>
  ({ keySet: keySet.generation, configuration: configuration.seq }) satisfies Record<
    keyof typeof numbered,
    number
  >;

/** What the agent serves with: from now on `readHome` refuses a lower number. Errors: those of `remember`. */
export async function acceptNumbers(folder: string, home: AgentHome): Promise<void> {
  await remember(join(folder, acceptedFile), numbersOf(home));
}

/** Empty where there is no such file. Errors: HomeError. */
export async function readLinkSettings(folder: string): Promise<LinkSettings> {
  const read = readerOf(folder)('link.json', bytes =>
    parse(linkSettings, JSON.parse(bytes.toString('utf8'))),
  );
  return read.catch(error => {
    if (error.cause?.code === 'ENOENT') return {};
    throw error;
  });
}

/** Reads and verifies everything: the key set by the root document, and what the hub signed by the key set. Errors: HomeError. */
export async function readHome(folder: string): Promise<AgentHome> {
  const read = readerOf(folder);
  const given = await read('agent.json', bytes => parse(settings, JSON.parse(bytes.toString('utf8'))));
  const link = await readLinkSettings(folder);
  const root = await read('root.cbor', readRoot);
  const [keySet, signedKeySet] = await read(
    'key-set.cbor',
    bytes => [readKeySet(bytes, root), bytes] as const,
  );
  const [configuration, signedConfiguration] = await read('configuration.cbor', bytes => {
    return [readConfiguration(bytes, given.terminal, keySet.keys.configuration), bytes] as const;
  });
  const highest = await highestIn(join(folder, acceptedFile)).catch(cause => {
    throw new HomeError(acceptedFile, cause);
  });
  const lower = lowerThan(highest, numbersOf({ keySet, configuration }));
  if (lower) throw new HomeError(numbered[lower.name as keyof typeof numbered], new Error(sayLower(lower)));
  return {
    terminal: given.terminal,
    epoch: given.epoch,
    broker: link.broker ?? given.broker,
    ...(link.proxy !== undefined && { proxy: link.proxy }),
    root,
    keySet,
    signed: { keySet: signedKeySet, configuration: signedConfiguration },
    signingKey: await read('keys/agent-signing.pem', pem => toKeyPair(createPrivateKey(pem))),
    tls: await readTls(folder),
    journalKeys: await readJournalKeys(join(folder, 'keys')).catch(cause => {
      throw new HomeError('keys/journal-data.bin', cause);
    }),
    configuration,
  };
}
