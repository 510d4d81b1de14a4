// `npm run simulator -- terminal --home HOME`: a terminal that an installer has enrolled, with virtual devices, until it is stopped.
// Whoever connects to the socket in its home (`npm run simulator -- visit`) writes a wish, and reads what came of the visit.

import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readCardsFolder } from '../card/cards-folder.ts';
import { openFrontPanel } from '../customer/front-panel.ts';
import { closeAll } from '../interrupted.ts';
import { isListening } from '../is-listening.ts';
import type { PartContext, RunningPart } from '../part.ts';
import { grantedTo } from './granted.ts';
import { playVisit, type VisitPlace, type VisitWish } from './play-visit.ts';
import { startTerminal } from './start-terminal.ts';
import { onPart, TerminalError } from './terminal-error.ts';

/** The socket of the visits at the terminal in `home`. */
export const visitSocket = (home: string): string => join(home, 'visits.sock');

/** Errors: TerminalError; the reason of the context's signal. */
export async function startStandingTerminal(
  home: string,
  cards: string,
  { dir, say, signal }: PartContext,
): Promise<RunningPart> {
  if (await isListening({ path: visitSocket(home) }))
    throw new TerminalError('home', `A terminal already runs with the home ${home}.`);
  const card = await onPart('cards', readCardsFolder(cards), signal);
  const granted = await onPart('enrolment', grantedTo(home), signal);
  const begun: string[] = [];
  const ready = Promise.withResolvers<Pick<VisitPlace, 'terminal' | 'panel'>>();
  ready.promise.catch(() => undefined); // nobody may have come
  let before: Promise<unknown> = Promise.resolve();
  const server = createServer(socket => {
    const gone = new AbortController();
    socket.on('error', () => undefined).on('close', () => gone.abort(new Error('The customer has left.')));
    const play = async () => {
      const place = await ready.promise;
      gone.signal.throwIfAborted();
      const wish = await wishFrom(socket);
      return playVisit({ ...place, card, granted, begun, wish, signal: gone.signal });
    };
    before = before
      .then(play)
      .catch(error => ({
        outcome: 'failed',
        message: error instanceof Error ? error.message : String(error),
      }))
      .then(result => socket.end(`${JSON.stringify(result)}\n`));
  });
  const socket = visitSocket(home);
  await rm(socket, { force: true });
  // before the terminal is on the line: whoever has seen it there may come
  server.listen(socket);
  await once(server, 'listening');
  const stoppers: (() => unknown)[] = [() => void server.close()];
  const close = () => closeAll(stoppers.splice(0).reverse());
  try {
    const terminal = await startTerminal({
      ...{ dir, hub: { home }, signal, onDevice: (device, line) => say(`${device}: ${line}`) },
      onLog: ({ process: from, level, msg, fields }) => {
        say(`${from}: ${level}: ${msg} ${JSON.stringify(fields)}`);
        if (msg === 'step') begun.push(String(fields.transaction));
      },
    });
    stoppers.push(() => terminal.close());
    const panel = await onPart('panel', openFrontPanel(terminal.panelSocket));
    stoppers.push(() => panel.close());
    ready.resolve({ terminal, panel });
    return { listens: { panel: terminal.panelSocket, visits: socket }, close };
  } catch (error) {
    ready.reject(error);
    await close();
    throw error;
  }
}

async function wishFrom(socket: Socket): Promise<VisitWish> {
  const [line] = (await once(createInterface({ input: socket }), 'line')) as [string];
  return JSON.parse(line) as VisitWish;
}
