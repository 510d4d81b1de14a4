// A real mosquitto on a loopback port: MQTT 5 over TLS 1.3, client certificates, one topic branch per terminal.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { topicsOf } from '../../agent/protocol/topics.ts';
import { debianPath } from '../debian-path.ts';
import { freePort } from '../free-port.ts';
import { ownGroup } from '../interrupted.ts';
import type { Authority } from './keys/authority.ts';
import { HubError } from './service/hub-error.ts';

/** The hub's name at the broker. The id of a terminal cannot begin with an underscore. */
export const hubName = '_hub';
/** Whoever has a certificate of the link authority in this name may read everything: what travels can be recorded. */
export const listenerName = '_listener';
const settingsFile = 'mosquitto.conf';
const storeFolder = 'store';

export interface Broker {
  /** mqtts://127.0.0.1:PORT */
  url: string;
  /** Stops the broker (SIGTERM) and so closes every connection. `start` uses the same address. Safe to call twice. */
  stop(): Promise<void>;
  /** Kills the broker (SIGKILL): undelivered messages are lost. */
  kill(): Promise<void>;
  /** Starts the broker again. `forgetful`: its store is deleted before. */
  start(options?: { forgetful?: boolean }): Promise<void>;
  close(): Promise<void>;
}

/** mosquitto replaces `%u` with the common name of the client's certificate (mosquitto.conf(5), acl_file). */
const accessList = (): string => {
  const own = topicsOf('%u', '+');
  const lines = [
    `pattern write ${own.request}`,
    `pattern write ${own.ledger}`,
    `pattern write ${own.telemetry}`,
    `pattern readwrite ${own.presence}`,
    `pattern read ${own.reply}`,
    `pattern read ${own.acknowledgement}`,
    `pattern read ${own.keySet}`,
    `pattern read ${own.telemetryAcknowledgement}`,
    `user ${hubName}`,
    'topic readwrite madoguchi/#',
    `user ${listenerName}`,
    'topic read madoguchi/#',
  ];
  return `${lines.join('\n')}\n`;
};

const settings = (dir: string, port: number, stores: boolean): string =>
  [
    `listener ${port} 127.0.0.1`,
    `cafile ${join(dir, 'authority.pem')}`,
    `certfile ${join(dir, 'certificate.pem')}`,
    `keyfile ${join(dir, 'key.pem')}`,
    'tls_version tlsv1.3',
    'require_certificate true',
    'use_identity_as_username true',
    'use_username_as_clientid true', // otherwise a terminal could take over the session of another
    'allow_anonymous false',
    `acl_file ${join(dir, 'access.acl')}`,
    'set_tcp_nodelay true',
    ...(stores
      ? [
          'persistence true',
          `persistence_location ${join(dir, storeFolder)}/`,
          'autosave_on_changes true',
          'autosave_interval 1', // every change is saved at once, for a broker that is killed
        ]
      : ['persistence false']),
    'max_packet_size 1048576',
    'log_dest stderr',
    'log_type error',
    'log_type warning',
    'log_type notice',
    'log_type information',
    `user ${userInfo().username}`,
    '',
  ].join('\n');

export interface BrokerOptions {
  /** A folder for this broker only. */
  dir: string;
  link: Authority;
  /** Whether it keeps a store on disk, which survives a kill. Default false: it keeps messages in memory only. */
  stores?: boolean;
}

/** Errors: HubError if mosquitto is missing or does not start. */
export async function startBroker({ dir, link, stores = false }: BrokerOptions): Promise<Broker> {
  const identity = await link.server('Madoguchi broker');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await writeFile(join(dir, 'authority.pem'), link.certificate);
  await writeFile(join(dir, 'certificate.pem'), identity.certificate);
  await writeFile(join(dir, 'key.pem'), identity.key, { mode: 0o600 });
  await writeFile(join(dir, 'access.acl'), accessList(), { mode: 0o600 });
  await makeStore(dir);
  const { port, ...first } = await startOnFreePort(dir, stores);
  let { child } = first;
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  const stop = () => end('SIGTERM');
  return {
    url: `mqtts://127.0.0.1:${port}`,
    stop,
    kill: () => end('SIGKILL'),
    async start({ forgetful = false } = {}) {
      await stop();
      if (forgetful) await makeStore(dir);
      child = await startMosquitto(dir);
    },
    close: stop,
  };
}

/** Makes an empty store, and deletes an existing one. */
async function makeStore(dir: string): Promise<void> {
  const store = join(dir, storeFolder);
  await rm(store, { recursive: true, force: true });
  await mkdir(store, { mode: 0o700 });
}

/** Starts mosquitto with the settings in `dir`. Resolves when it runs. Errors: HubError. */
async function startMosquitto(dir: string): Promise<ChildProcess> {
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', 'mosquitto', '-c', join(dir, settingsFile)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH: debianPath() },
    ...ownGroup(),
  });
  await running(child);
  return child;
}

/** Tries five ports: another process may take a port between the search and the start. */
async function startOnFreePort(dir: string, stores: boolean): Promise<{ child: ChildProcess; port: number }> {
  let reason: unknown;
  for (let attempt = 0; attempt < 5; attempt++) {
    const port = await freePort();
    await writeFile(join(dir, settingsFile), settings(dir, port, stores));
    try {
      return { child: await startMosquitto(dir), port };
    } catch (error) {
      reason = error;
    }
  }
  throw reason;
}

/** Resolves when mosquitto logs that it runs. */
function running(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < 4096) output += text;
      if (/mosquitto version \S+ running/.test(output)) resolve();
    });
    child.once('error', cause => reject(new HubError('setpriv is missing (Debian: util-linux)', { cause })));
    child.once('exit', code =>
      reject(new HubError(`mosquitto ended (${code}); Debian package: mosquitto. ${output}`)),
    );
  });
}
