// docs/contract/asyncapi.yaml (AsyncAPI 3.0), as the terminal sees it: topics, directions, QoS, retained. Payloads are rules of the CDDL.
import { addressOf, type Channel, channels, messages } from '../../agent/protocol/messages.ts';
import { ruleOf } from './cddl.ts';

type Node = string | number | boolean | readonly Node[] | { readonly [key: string]: Node | undefined };

const ref = (path: string): Node => ({ $ref: `#/${path}` });
const travelling = messages.filter(({ name }) => channels.some(({ carries }) => carries.includes(name)));
const key = (name: string): string => name.replaceAll(/ (\w)/g, (_, letter: string) => letter.toUpperCase());
const byLeaf = <T>(of: (channel: Channel) => T): Record<string, T> =>
  Object.fromEntries(channels.map(channel => [channel.leaf, of(channel)]));

const document: Node = {
  asyncapi: '3.0.0',
  info: {
    title: 'Madoguchi: terminal and hub',
    version: '1',
    description:
      'The application is the terminal. protocol.md says what the messages mean, messages.cddl what they hold. Written by test/contract/write.ts: do not change it by hand.',
    license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
  },
  defaultContentType: 'application/cbor',
  servers: {
    broker: {
      host: 'hub.example:8883',
      protocol: 'mqtts',
      protocolVersion: '5',
      description:
        'TLS 1.3 with certificates on both sides. A terminal takes it from the field broker of its grant. Where a network has only port 443: wss, subprotocol mqtt.',
      bindings: {
        mqtt: {
          cleanSession: true,
          lastWill: {
            topic: 'madoguchi/1/TERMINAL/presence',
            qos: 1,
            retain: true,
            message: 'presence, online false',
          },
          clientId: 'TERMINAL',
          keepAlive: 30,
          maximumPacketSize: (1 << 20) + 1024,
          bindingVersion: '0.2.0',
        },
      },
    },
  },
  channels: byLeaf(({ leaf, carries }) => ({
    address: addressOf(leaf),
    parameters: { terminal: { description: "The terminal's id, given at enrolment." } },
    messages: Object.fromEntries(carries.map(name => [key(name), ref(`components/messages/${key(name)}`)])),
  })),
  operations: byLeaf(({ leaf, from, retained, about, reply }) => ({
    action: from === 'terminal' ? 'send' : 'receive',
    channel: ref(`channels/${leaf}`),
    description: about,
    ...(reply && { reply: { channel: ref(`channels/${reply}`) } }),
    bindings: { mqtt: { qos: 1, retain: retained, bindingVersion: '0.2.0' } },
  })),
  components: {
    messages: Object.fromEntries(
      travelling.map(message => [
        key(message.name),
        {
          name: message.name,
          contentType: 'application/cbor',
          description: `${message.form === 'signed' ? 'COSE_Sign1 by the key' : 'COSE_Sign by'} ${message.key}; external data: "${message.external}".`,
          payload: {
            schemaFormat: 'application/vnd.madoguchi.cddl',
            schema: { file: 'messages.cddl', rule: ruleOf(message) },
          },
        },
      ]),
    ),
  },
};

/** YAML of what JSON can hold: texts in JSON's quotes. */
function yaml(node: Node, indent = ''): string {
  if (typeof node !== 'object') return ` ${JSON.stringify(node)}\n`;
  const entries = Object.entries(node).filter(([, item]) => item !== undefined) as [string, Node][];
  const keyOf = (name: string) => (/^\w+$/.test(name) ? name : JSON.stringify(name));
  return `\n${entries.map(([name, item]) => `${indent}${keyOf(name)}:${yaml(item, `${indent}  `)}`).join('')}`;
}

export const render = (): string => yaml(document).slice(1);
