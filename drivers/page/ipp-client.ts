// Sends one operation to the printer and reads the response: the part that all requests share.
import type { IppLine } from './ipp-line.ts';
import type { OperationName } from './ipp-names.ts';
import { refusal, succeeded } from './ipp-refusal.ts';
import { encodeRequest, type IppAttribute } from './ipp-request.ts';
import { decodeResponse, type IppResponse } from './ipp-response.ts';
import type { PageProfile } from './page-profile.ts';

interface Call {
  /** The job of the operation. */
  jobId?: number;
  /** Operation attributes after printer-uri, job-id and requesting-user-name (RFC 8011, 4.1.5). */
  attributes: readonly IppAttribute[];
  jobAttributes?: readonly IppAttribute[];
  document?: Buffer;
  /** Max. duration of the call, in ms, if it is shorter than the profile's. */
  limitMs?: number | undefined;
  signal?: AbortSignal;
}

export class IppClient {
  readonly #line: IppLine;
  readonly #profile: PageProfile;
  #requestId = 0;

  constructor(line: IppLine, profile: PageProfile) {
    this.#line = line;
    this.#profile = profile;
  }

  /** Returns the response, with any status. Errors: page/offline, page/protocol. */
  async ask(operation: OperationName, call: Call): Promise<IppResponse> {
    const { version, printerUri, userName, callTimeoutMs, sendTimeoutMs, maxAnswerBytes } = this.#profile;
    const requestId = ++this.#requestId;
    const target: IppAttribute[] = [['uri', 'printer-uri', printerUri]];
    if (call.jobId !== undefined) target.push(['integer', 'job-id', call.jobId]);
    const head = encodeRequest({
      version,
      operation,
      requestId,
      operationAttributes: [...target, ['name', 'requesting-user-name', userName], ...call.attributes],
      jobAttributes: call.jobAttributes,
    });
    const profileMs = call.document ? sendTimeoutMs : callTimeoutMs;
    const answer = await this.#line.post(call.document ? [head, call.document] : [head], {
      timeoutMs: Math.max(1, Math.min(profileMs, call.limitMs ?? Infinity)),
      maxAnswerBytes,
      signal: call.signal,
    });
    return decodeResponse(answer, requestId);
  }

  /** Returns the response if its status is a success. Errors: those of `ask`, page/busy, page/notAccepting, page/refused. */
  async call(operation: OperationName, call: Call): Promise<IppResponse> {
    const response = await this.ask(operation, call);
    if (!succeeded(response)) throw refusal(operation, response);
    return response;
  }
}
