// `npm run simulator -- terminal`: a hub and a whole terminal without screen and till. The client that connects to the panel
// socket is the screen and the till. This part inserts the card and types the PIN. With `--hub` it is one visit at anyone's hub
// (one-visit.ts).
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCardAuthority } from '../card/authority.ts';
import type { VirtualCardReader } from '../card/reader.ts';
import { startHub } from '../hub/process/hub.ts';
import { closeAll } from '../interrupted.ts';
import type { PartDefinition } from '../part.ts';
import { startStandingTerminal } from './standing-terminal.ts';
import { startTerminal } from './start-terminal.ts';
import { visitOnce, visitOptions } from './visit-options.ts';

/** States and prompts, as the agent's log names them, at which the resident takes the card. */
const cardGoesBack = new Set<unknown>(['cardReturned', 'refused', 'abandoned', 'takeCard']);
const terminalId = 'terminal-1';

export const part: PartDefinition = {
  name: 'terminal',
  summary:
    'a hub and a whole terminal without screen and till: connect your own to the panel socket (docs/panel.md); or, with --hub, one visit at your hub',
  options: {
    resident: {
      type: 'string',
      default: 'm101',
      help: 'the resident whose card is inserted each time the screen asks for a card',
    },
    pin: { type: 'string', default: '1234', help: "the card's PIN, typed whenever the pad asks" },
    home: {
      type: 'string',
      help: 'home that `madoguchi enrol` wrote: that terminal, with these devices; `simulator -- visit` comes to it',
    },
    ...visitOptions,
  },
  once: visitOnce,
  async start(values, context) {
    const { dir, say, signal } = context;
    if (values.home !== undefined) {
      if (typeof values.cards !== 'string') throw new TypeError('--home goes with --cards');
      return startStandingTerminal(String(values.home), values.cards, context);
    }
    const pin = String(values.pin);
    if (!/^[0-9]{4}$/.test(pin)) throw new TypeError('--pin is 4 digits');
    const authority = await makeCardAuthority();
    const hub = await startHub({ dir: join(dir, 'hub'), cardAuthority: [authority], say });
    const folder = join(dir, 'terminal');
    await mkdir(folder);
    const card = authority.issue({ pin });
    hub.bindCard(String(values.resident), (await card.credential('auth')).certificate);
    let reader: VirtualCardReader | undefined;
    const terminal = await startTerminal({
      dir: folder,
      signal,
      hub: { ...hub, code: hub.createEnrolmentCode({ terminal: terminalId }) },
      onDevice: (device, line) => say(`${device}: ${line}`),
      onLog: ({ process: from, level, msg, fields }) => {
        say(`${from}: ${level}: ${msg} ${JSON.stringify(fields)}`);
        if (cardGoesBack.has(fields.at ?? fields.prompt) && reader?.card) reader.remove();
        if (fields.prompt === 'insertCard') void reader?.insert(card);
      },
    }).catch(async error => {
      await hub.close();
      throw error;
    });
    const { pinpad, pagePrinter, receiptPrinter } = terminal.devices;
    reader = terminal.devices.reader;
    pinpad.onPrompt(() => {
      pinpad.type(pin);
      pinpad.enter();
    });
    return {
      listens: {
        panel: terminal.panelSocket,
        PCSCLITE_CSOCK_NAME: reader.socketName,
        'PIN pad': pinpad.path,
        'receipt printer': receiptPrinter.path,
        'page printer': pagePrinter.socket,
        broker: hub.brokerUrl,
        'hub folder': join(dir, 'hub'),
        home: terminal.home,
        agent: terminal.agent.command.join(' '),
        'agent process': String(terminal.agent.pid('agent')),
      },
      close: () => closeAll([() => terminal.close(), () => hub.close()]),
    };
  },
};
