/** A transaction's id as a person can read it out: in groups of eight digits. */
export const groups = (transaction: string): string => transaction.match(/.{8}/g)?.join(' ') ?? transaction;
