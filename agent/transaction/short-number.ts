// A transaction's short number: ten digits that a person can read out on the telephone. The last one is a check digit, which finds
// every wrong digit and every two neighbours that changed places.

/** Table of H. M. Damm's check digit (a totally anti-symmetric quasigroup of order 10). */
const damm = [
  '0317598642',
  '7092154863',
  '4206871359',
  '1750983426',
  '6123045978',
  '3674209581',
  '5869720134',
  '8945362017',
  '9438617205',
  '2581436790',
].map(row => [...row].map(Number));

/**
 * The first eight bytes of the transaction's id, modulo 10^9, and the check digit, as `123-456-7890`. Not an identity: the long
 * number stands beside it.
 */
export function shortNumber(transaction: string): string {
  const digits = (BigInt(`0x${transaction.slice(0, 16)}`) % 1_000_000_000n).toString().padStart(9, '0');
  const check = [...digits].reduce((interim, digit) => damm[interim]![Number(digit)]!, 0);
  return `${digits}${check}`.replace(/(\d{3})(\d{3})(\d{4})/, '$1-$2-$3');
}
