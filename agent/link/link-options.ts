// What the link is given, and what it promises to the rest of the agent.
import type { BackOff } from '../../drivers/base/back-off.ts';
import type { Clock } from '../../drivers/base/clock.ts';
import type { SlowBackOff } from '../../drivers/base/keep-alive.ts';
import type { Contract } from '../protocol/contract.ts';
import type { CoseKey, KeyPair } from '../protocol/cose-key.ts';
import type { Answer, Question } from '../protocol/exchange.ts';
import type { Presence } from '../protocol/presence.ts';
import type { Topics } from '../protocol/topics.ts';
import type { TlsCredentials } from './dial.ts';
import type { LinkError } from './link-error.ts';
import type { AskOptions } from './questions.ts';
import type { Unused } from './unused.ts';

export interface LinkOptions {
  /** Of the broker: mqtts://host:port, or wss://host:port/path. */
  url: string;
  /** Of the next connection: called for each. */
  tls?: () => Promise<TlsCredentials>;
  /** http://host:port of a proxy that knows CONNECT. */
  proxy?: string | undefined;
  terminal: string;
  epoch: number;
  /** Version of the agent, for the birth message. */
  software: string;
  /** Why the terminal is stopped. The birth message carries it. */
  stopped?: NonNullable<Presence['stopped']>;
  /** What is spoken. Default: what this software speaks. */
  contract?: Contract | undefined;
  agentKey: KeyPair;
  /** Returns the hub's present key. It is called for each message, so that a new key set is used at once. */
  hubKey: () => CoseKey;
  clock: Clock;
  /** In [0, 1). Default Math.random. */
  random?: () => number;
  /** Waits between two tries to connect, with full jitter. Default 500 ms to 60 s. */
  backOff?: BackOff;
  /**
   * A connection that was up for this time, in ms, resets the waits to the initial one. So a broker that accepts and closes again
   * and again is tried more and more rarely. Default 10 s.
   */
  stableMs?: number;
  /** Waits after the session was taken over (link/takenOver). Default 30 s to 10 min: whoever else uses our name shall not flap with us. */
  takenOverBackOff?: SlowBackOff;
  /** Whether every end of a connection counts as one that was taken over. For an agent that serves nobody. Default false. */
  yields?: boolean;
  /** From the first address to CONNACK. Default 20 s: a slow line and a first address that does not answer. */
  connectTimeoutMs?: number;
  /** How long the broker may take to answer SUBSCRIBE and PUBLISH, beside the time for their bytes on a slow line. Default 30 s. */
  exchangeMs?: number;
  /** MQTT keep-alive interval, in s. Default 30. */
  keepaliveS?: number;
  /** Called with the reason whenever a connection has ended or (`wasOnline` false) could not be made. */
  onFailure?: (error: LinkError, wasOnline: boolean) => void;
  /** Called where a message is larger than the broker takes: it was not sent. */
  onTooLarge?: (error: LinkError) => void;
  /** Called for each message that is not used. */
  onUnused?: (unused: Unused) => void;
}

export interface Link {
  readonly online: boolean;
  /** Why the last connection ended or could not be made; undefined before, and while the link is online. */
  readonly failure: LinkError | undefined;
  /** Measured speed of the line to the broker, in bytes/s; undefined where too little was sent lately. */
  readonly bytesPerSecond: number | undefined;
  /**
   * Resolves with the hub's answer; a refusal is an answer too. Asks again, also on the next connection, until the time is over.
   * Errors: link/timeout, link/offline (the time was over while there was no connection), link/refused, link/answer, link/busy,
   * link/canceled, link/closed, link/version.
   */
  ask(question: Question, options: AskOptions): Promise<Answer>;
  /** Resolves when the broker has it. Errors: link/offline, link/refused. */
  publish(topic: string, payload: Buffer): Promise<void>;
  /**
   * Publishes records, which leave the line to questions. When it is their turn, `make` is called with the max number of bytes and
   * the topic, which has the version that is spoken; it may return undefined. Resolves when the message is on its way, with what `publish` returns; undefined without a message.
   * Errors: link/offline, link/tooLarge, those of `make`.
   */
  carry(
    leaf: keyof Topics,
    make: (maxBytes: number, topic: string) => Promise<Buffer | undefined>,
  ): Promise<{ published: Promise<void> } | undefined>;
  /**
   * Calls `listener` for each message on one of our topics, in every version that we speak, on this connection and later ones. Returns a
   * function that removes it.
   */
  listen(leaf: keyof Topics, listener: (payload: Buffer, topic: string) => void): () => void;
  /** Calls `listener` at each change, also where only the failure is another one. Returns a function that removes it. */
  onOnline(listener: LinkListener): () => void;
  /** Calls `listener` where the hub does not speak our version: records have to be sent anew. Returns a function that removes it. */
  onVersion(listener: (version: number) => void): () => void;
  /** Reports this end to the hub, and ends open questions with link/closed. Safe to call twice. */
  close(): Promise<void>;
}

export type LinkListener = (online: boolean, failure?: LinkError) => void;
