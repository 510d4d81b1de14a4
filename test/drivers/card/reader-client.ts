// Controls reader.fixture.ts: calls it and waits for its events.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { MadoguchiError } from '../../../drivers/base/error.ts';
import type { CardIdentity, CardReaderEvent } from '../../../drivers/contract/card.ts';
import type { Call } from './reader.fixture.ts';

interface Refusal {
  code: string;
  detail: Record<string, string | number | boolean>;
}

const errorFrom = ({ code, detail }: Refusal) => new MadoguchiError(code, code, '', { detail });

type Message = { event: CardReaderEvent } | { id: number; value: unknown } | { id: number; refusal: Refusal };

export function startReaderProcess(socketName: string) {
  const child = fork(fileURLToPath(new URL('reader.fixture.ts', import.meta.url)), {
    env: { ...process.env, PCSCLITE_CSOCK_NAME: socketName },
    serialization: 'advanced',
  });
  const calls = new Map<number, PromiseWithResolvers<unknown>>();
  const seen: CardReaderEvent[] = [];
  let wake = Promise.withResolvers<void>();
  let last = 0;
  const exited = once(child, 'exit').then(([code, signal]) => {
    for (const call of calls.values())
      call.reject(new Error(`the reader's process ended: ${code ?? signal}`));
    wake.reject(new Error(`the reader's process ended: ${code ?? signal}`));
    return code as number | null;
  });
  wake.promise.catch(() => {});
  child.on('message', (message: Message) => {
    if ('event' in message) {
      seen.push(message.event);
      wake.resolve();
      wake = Promise.withResolvers();
      wake.promise.catch(() => {});
    } else if ('refusal' in message) calls.get(message.id)?.reject(errorFrom(message.refusal));
    else calls.get(message.id)?.resolve(message.value);
  });
  const call = <T>(method: Call['method'], argument?: Uint8Array): Promise<T> => {
    const waiting = Promise.withResolvers<unknown>();
    calls.set(++last, waiting);
    child.send({ id: last, method, argument } satisfies Call);
    return waiting.promise as Promise<T>;
  };
  return {
    open: () => call<void>('open'),
    read: async () => {
      const identity = await call<CardIdentity>('read');
      return { ...identity, certificate: Buffer.from(identity.certificate) };
    },
    verify: (pin: string) => call<void>('verify', Buffer.from(pin)),
    sign: async (message: Buffer) => Buffer.from(await call<Uint8Array>('sign', message)),
    state: () => call<{ online: boolean; present: boolean }>('state'),
    /** Waits until `event` was received, and drops earlier events. */
    async until(event: CardReaderEvent): Promise<void> {
      while (!seen.includes(event)) await wake.promise;
      seen.splice(0, seen.indexOf(event) + 1);
    },
    /** Closes the reader. Returns the exit code of the process, which then ends by itself. */
    async close(): Promise<number | null> {
      call('close').catch(() => {}); // no answer: the process exits
      return exited;
    },
  };
}
