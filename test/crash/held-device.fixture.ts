// Holds a device until it is killed; prints its loop device and its mount point.
import { once } from 'node:events';
import { withDevice } from './device.ts';

await withDevice({ megabytes: 8 }, async (mountPoint, { loop }) => {
  console.log(`${loop} ${mountPoint}`);
  await once(process.stdin.resume(), 'end');
});
