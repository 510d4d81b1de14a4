// A transaction as a person names it.
import { ProvisioningError } from '../provisioning-error.ts';

/** 32 lower-case hex digits of what may stand in groups, as on a claim slip. Errors: provisioning/usage. */
export function transactionOf(text: string): string {
  const id = text.replace(/[\s-]/g, '').toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(id))
    throw new ProvisioningError('provisioning/usage', `${text} is no transaction: 32 hex digits.`);
  return id;
}

export const unknownTransaction = (transaction: string): ProvisioningError =>
  new ProvisioningError('provisioning/noTransaction', `Transaction ${transaction} is not in this journal.`);
