// The package has no types. Only what the benchmark uses.
declare module 'mqtt-level-store' {
  export interface MqttStore {
    put(packet: object, done: (error?: Error) => void): void;
    close(done: () => void): void;
  }
  export default function levelStore(path: string): { incoming: MqttStore; outgoing: MqttStore };
}
