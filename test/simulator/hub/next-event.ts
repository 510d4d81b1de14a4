// Waits for one event of an MQTT client. Its types do not fit the types of node:events.
import { type EventEmitter, once } from 'node:events';
import type { MqttClient } from 'mqtt';

export const next = (client: MqttClient, event: 'connect' | 'close' | 'message'): Promise<unknown[]> =>
  once(client as unknown as EventEmitter, event);

export async function nextMessage(client: MqttClient): Promise<{ topic: string; message: Buffer }> {
  const [topic, message] = (await next(client, 'message')) as [string, Buffer];
  return { topic, message };
}
