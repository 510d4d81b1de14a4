// madoguchi enrol: an installer runs it once in a shop.
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { readHome } from '../../agent/config/home.ts';
import { notOnReceipts } from '../../agent/config/receipt-text.ts';
import { deviceSettings } from '../../agent/gate/keys/gate-settings.ts';
import { enrolmentCode } from '../../agent/protocol/enrolment.ts';
import type { Command } from '../command-line/command.ts';
import { enrol as enrolTerminal } from '../enrolment/enrol.ts';
import { ProvisioningError } from '../provisioning-error.ts';

export const enrol: Command = {
  name: 'enrol',
  summary: 'Make this terminal known to its hub with a one-time code',
  notes: `Makes the terminal's keys, checks that the hub is the one on the installer's sheet, sends the code,
verifies what the hub grants, and writes DIR/agent and DIR/gate: everything, or nothing.
The code is sent only to a server that the root document on the sheet vouches for.
Where the answer is lost, or the command was killed, run it again with the same code and DIR: the keys are kept in
DIR.enrolling until then.`,
  options: {
    hub: { type: 'string', value: 'URL', required: true, help: "The hub's enrolment address, https://…" },
    code: { type: 'string', value: 'CODE', required: true, help: 'One-time code, five groups of five' },
    root: {
      type: 'string',
      value: 'HEX',
      required: true,
      help: "Thumbprint of the hub's root document, 64 hex digits",
    },
    home: { type: 'string', value: 'DIR', required: true, help: 'Folder to write: not there yet, or empty' },
    proxy: {
      type: 'string',
      value: 'URL',
      help: 'HTTP proxy of the shop (CONNECT), http://[user:password@]host:port; it is written to agent/link.json too',
    },
    former: {
      type: 'string',
      value: 'DIR',
      help: 'Home of the former enrolment, its agent stopped for good: what the hub lacks is delivered from here, and its link.json is kept',
    },
    devices: {
      type: 'string',
      value: 'FILE',
      help: "JSON with the gate's socket and devices, for gate.json",
    },
  },
  async run(values, print) {
    const { terminal, epoch, broker } = await enrolTerminal({
      hub: hubOf(String(values.hub)),
      proxy: typeof values.proxy === 'string' ? proxyOf(values.proxy) : undefined,
      code: codeOf(String(values.code)),
      root: thumbprintOf(String(values.root)),
      home: String(values.home),
      ...(typeof values.former === 'string' && { former: values.former }),
      devices: typeof values.devices === 'string' ? await devicesOf(values.devices) : undefined,
    });
    print(`This terminal is ${terminal} (enrolment ${epoch}); its broker is ${broker}.`);
    print(`Written: ${values.home}/agent and ${values.home}/gate.`);
    const { configuration } = await readHome(`${values.home}/agent`);
    for (const { field, characters } of notOnReceipts(configuration))
      print(
        `The receipt printer cannot print ${characters} in ${field}: it prints 〓 there. Tell the hub's operator.`,
      );
    if (values.devices === undefined) print('gate/gate.json names no devices yet.');
  },
};

const usage = (message: string, cause?: unknown) =>
  new ProvisioningError('provisioning/usage', message, cause);

function hubOf(text: string): URL {
  const url = URL.canParse(text) && !/\s/.test(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:') throw usage('--hub is not an https:// address.');
  // the claim goes to /enrol, whatever stands there: a hub below another path would never get it
  if (!/^\/(enrol\/?)?$/.test(url.pathname) || url.search || url.hash || url.username || url.password)
    throw usage('--hub has more than a host and a port: enrolment is POST /enrol at the root of the server.');
  return url;
}

/** As link.json takes it (agent/config/home.ts). */
function proxyOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' || url.href.length > 200) throw usage('--proxy is not an http:// address.');
  return url;
}

function codeOf(text: string): string {
  const code = text.trim().toUpperCase();
  if (!v.is(enrolmentCode, code)) throw usage('--code is not five groups of five letters and digits.');
  return code;
}

function thumbprintOf(text: string): Buffer {
  const hex = text.replace(/[\s:]/g, '');
  if (!/^[0-9a-fA-F]{64}$/.test(hex)) throw usage('--root is not 64 hex digits.');
  return Buffer.from(hex, 'hex');
}

/** Checked before the code is sent. Errors: provisioning/file. */
async function devicesOf(path: string): Promise<Record<string, unknown>> {
  try {
    return v.parse(deviceSettings, JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    const field = v.isValiError(cause) ? v.getDotPath(cause.issues[0]) : undefined;
    const why = field ? `: ${field} is missing or not what the gate takes` : '';
    throw new ProvisioningError(
      'provisioning/file',
      `${path} does not hold the gate's settings${why}.`,
      cause,
    );
  }
}
