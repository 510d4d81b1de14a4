// Turns an IPP status that is not a success into a PageError (RFC 8011, appendix B.1).
import { group, type OperationName, status } from './ipp-names.ts';
import type { IppResponse } from './ipp-response.ts';
import { PageError, type PageErrorCode } from './page-error.ts';

const codes: Partial<Record<number, PageErrorCode>> = {
  [status.serviceUnavailable]: 'page/notAccepting',
  [status.deviceError]: 'page/notAccepting',
  [status.temporaryError]: 'page/busy',
  [status.notAcceptingJobs]: 'page/notAccepting',
  [status.busy]: 'page/busy',
  [status.deactivated]: 'page/notAccepting',
};

export const succeeded = (response: IppResponse): boolean => response.status <= status.lastSuccessful;

/** The printer does not know the job, or has deleted it. */
export const isLost = (response: IppResponse): boolean =>
  response.status === status.notFound || response.status === status.gone;

/** Names of the attributes in the printer's unsupported group (RFC 8011, 4.1.7). */
export const unsupportedNames = (response: IppResponse): string[] =>
  response.groups
    .filter(({ tag }) => tag === group.unsupported)
    .flatMap(({ attributes }) => [...attributes.keys()]);

/** detail.status is the IPP status code in hexadecimal; detail.unsupported lists the refused attributes. */
export function refusal(operation: OperationName, response: IppResponse): PageError {
  const code = codes[response.status] ?? 'page/refused';
  const statusCode = `0x${response.status.toString(16).padStart(4, '0')}`;
  return new PageError(code, `${operation}: status ${statusCode}`, {
    detail: { operation, status: statusCode, unsupported: unsupportedNames(response).join(' '), sent: true },
  });
}
