// One IPP call over HTTP (RFC 8010, 4): sends a request and receives the whole response, or fails at the deadline.

import type { Clock } from '../base/clock.ts';
import { http } from '../base/http.ts';
import { PageError } from './page-error.ts';

/** The printer's address: a Unix socket (in production), or a port on loopback (ipp-usb on a developer's machine). */
export type PageEndpoint =
  | { socketPath: string; path: string }
  | { host: 'localhost' | '127.0.0.1' | '::1'; port: number; path: string };

export interface CallLimits {
  /** For the whole call, in ms: from connecting to the last byte of the response. */
  timeoutMs: number;
  maxAnswerBytes: number;
  /** Ends the call at once. It then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** Sends one request to the printer. Errors: page/offline, page/protocol, both with detail.sent. */
export interface IppLine {
  post(parts: readonly Buffer[], limits: CallLimits): Promise<Buffer>;
}

/** Opens a connection for each call. If the printer dropped an idle connection, an outcome could be lost. */
export class HttpIppLine implements IppLine {
  readonly #endpoint: PageEndpoint;
  readonly #clock: Clock;

  constructor(endpoint: PageEndpoint, clock: Clock) {
    this.#endpoint = endpoint;
    this.#clock = clock;
  }

  async post(parts: readonly Buffer[], limits: CallLimits): Promise<Buffer> {
    const over = new AbortController();
    const call = { sent: false };
    const stop = limits.signal ? AbortSignal.any([over.signal, limits.signal]) : over.signal;
    const deadline = this.#clock.sleep(limits.timeoutMs, stop).then(() => {
      throw new PageError('page/offline', `no answer within ${limits.timeoutMs} ms`, {
        completion: 'timeout',
        detail: { sent: call.sent },
      });
    });
    try {
      return await Promise.race([this.#exchange(parts, limits.maxAnswerBytes, call, over.signal), deadline]);
    } finally {
      over.abort();
    }
  }

  #exchange(
    parts: readonly Buffer[],
    maxBytes: number,
    call: { sent: boolean },
    over: AbortSignal,
  ): Promise<Buffer> {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => reject(asPageError(error, call.sent));
      const request = http.request({
        ...this.#endpoint,
        method: 'POST',
        agent: false,
        headers: { 'content-type': 'application/ipp', 'content-length': length, connection: 'close' },
      });
      over.addEventListener('abort', () => request.destroy(), { once: true });
      request.on('error', fail);
      request.once('socket', socket => socket.once('connect', () => (call.sent = true)));
      request.once('response', response => {
        const type = response.headers['content-type']?.split(';')[0];
        if (response.statusCode !== 200 || type !== 'application/ipp')
          return fail(notIpp(`HTTP ${response.statusCode}, ${type ?? 'no content type'}`));
        collect(response, maxBytes).then(resolve, fail);
      });
      for (const part of parts) request.write(part);
      request.end();
    });
  }
}

async function collect(response: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    length += chunk.length;
    if (length > maxBytes) throw notIpp(`the response is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const notIpp = (what: string) => new PageError('page/protocol', what, { detail: { sent: true } });

function asPageError(error: Error & { code?: string }, sent: boolean): PageError {
  if (error instanceof PageError) return error;
  // HPE_*: Node's HTTP parser received bytes that are not HTTP.
  const garbage = error.code?.startsWith('HPE_') ?? false;
  return new PageError(garbage ? 'page/protocol' : 'page/offline', error.message, {
    detail: { sent, cause: error.code ?? error.name },
    cause: error,
  });
}
