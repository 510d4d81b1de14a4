// The sealed document on its way to the gate, in small pieces that may be mixed up.
import type { Rig } from '../gate-rig.ts';
import type { Habit } from './mix-ups.ts';

interface Piece {
  offset: number;
  chunk: Buffer;
}

const pieceBytes = 512;

/** Sends `sealed` piece by piece, as `habits` will have it; `foreign` is another session's document. */
export async function deliver(
  gate: Rig,
  sealed: Buffer,
  habits: ReadonlySet<Habit>,
  foreign: Buffer,
): Promise<void> {
  const pieces: Piece[] = [];
  for (let offset = 0; offset < sealed.length; offset += pieceBytes)
    pieces.push({ offset, chunk: sealed.subarray(offset, offset + pieceBytes) });
  const [first, second] = pieces as [Piece, Piece]; // no document is shorter than two whole ones
  if (habits.has('swapsPieces')) [first.chunk, second.chunk] = [second.chunk, first.chunk];
  if (habits.has('mixesPieces')) second.chunk = foreign.subarray(pieceBytes, 2 * pieceBytes);
  if (habits.has('losesPiece')) pieces.splice(1, 1);
  const times = habits.has('repeatsPieces') ? 2 : 1;
  const { transaction } = gate;
  for (const piece of pieces)
    for (let sent = 0; sent < times; sent++)
      await gate.call('putDocument', { transaction, size: sealed.length, ...piece });
}
