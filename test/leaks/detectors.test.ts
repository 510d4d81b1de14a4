// The detectors find what is planted: in every form, packed and unpacked, in a file, a journal, a socket, a message, a process.
import { spawn } from 'node:child_process';
import { createSecretKey, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openJournal } from '../../agent/journal/open-journal.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { filesIn, journalIn } from './files.ts';
import { searchDeep } from './inflate.ts';
import { pinNeedles, textNeedles } from './needles.ts';
import { descendants } from './processes.ts';
import { search, searchMemory } from './search.ts';
import { callsIn } from './strace.ts';
import { streamsOf, withData } from './streams.ts';
import { strace } from './traced-shop.ts';

const text = '三鷹市野崎一丁目1番1号';
const needles = textNeedles('address', text);
const noise = () => randomBytes(5_000);

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = temporaryFolder('planted');
  try {
    await run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('each form of a text is found, with its place', () => {
  assert.is(needles.length, 24, 'four encodings, each plain, in hex twice, in base64 thrice');
  for (const { form, bytes } of needles) {
    const found = search('here', Buffer.concat([noise(), bytes, noise()]), needles);
    assert.ok(
      found.some(one => one.form === form && one.at === 5_000),
      form,
    );
  }
});

test('base64 of a longer text is found wherever the text begins in it', () => {
  for (const before of ['', 'a', 'ab', 'abc']) {
    const inBase64 = Buffer.from(Buffer.from(`${before}${text} and more`).toString('base64'));
    assert.is(search('here', inBase64, needles).length, 1, `${before.length} bytes before it`);
  }
});

test('each encoding is what others make of it', () => {
  const of = (form: string) => needles.find(needle => needle.form === `address, ${form}`)!.bytes;
  for (const label of ['UTF-8', 'UTF-16LE', 'UTF-16BE', 'Shift_JIS'])
    assert.is(new TextDecoder(label).decode(of(label)), text);
});

test('what is packed is found, cut off, inside of what is packed, and in a stream of a PDF', () => {
  const plain = Buffer.concat([noise(), Buffer.from(text), noise()]);
  const inPdf = Buffer.concat([
    Buffer.from('<</Filter/FlateDecode>>stream\n'),
    deflateSync(plain),
    Buffer.from('endstream'),
  ]);
  for (const packed of [
    deflateSync(plain),
    deflateSync(plain).subarray(0, -900),
    gzipSync(plain),
    deflateSync(gzipSync(plain)),
    inPdf,
  ])
    assert.ok(searchDeep('here', Buffer.concat([noise(), packed, noise()]), needles).length > 0);
});

test('each form of a PIN is found in the memory of a process, and so is a packed text', async () => {
  const planted = [...pinNeedles('8294', '9991234567890123'), ...needles];
  const packed = deflateSync(Buffer.from(text));
  const pieces = [...planted.map(({ bytes }) => bytes), packed].map(bytes => bytes.toString('hex'));
  const fixture = join(import.meta.dirname, 'holder.fixture.ts');
  const child = spawn(process.execPath, [fixture, ...pieces], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  assert.ok(
    descendants().some(({ pid }) => pid === child.pid),
    'it is among the processes that are searched',
  );
  const found = searchMemory('holder', child.pid!, planted, searchDeep);
  const forms = new Set(found.map(({ form }) => form));
  assert.equal(
    planted.map(({ form }) => form).filter(form => !forms.has(form)),
    [],
  );
  assert.ok(forms.has('address, UTF-8, packed'));
  child.stdin.end();
  await once(child, 'exit');
});

test('it is found in a file, in a folder of folders', () =>
  withFolder(async folder => {
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    writeFileSync(join(folder, 'a/b/c'), `{"address":"${text}"}`);
    const found = (await filesIn(folder)).flatMap(({ where, bytes }) => searchDeep(where, bytes, needles));
    assert.equal(found, [{ form: 'address, UTF-8', where: join(folder, 'a/b/c'), at: 12 }]);
  }));

test('it is found in a journal, but not without the key', () =>
  withFolder(async folder => {
    const key = randomBytes(32);
    mkdirSync(join(folder, 'keys'));
    writeFileSync(join(folder, 'keys/journal-data.bin'), key);
    writeFileSync(join(folder, 'agent.json'), JSON.stringify({ terminal: 'shop-1', epoch: 1 }));
    const journal = await openJournal({
      log: 'ledger',
      ...{ folder: join(folder, 'journal'), terminal: 'shop-1', epoch: 1, dataKeys: [createSecretKey(key)] },
      checkpoint: () => ({ body: Buffer.alloc(0) }),
    });
    await journal.append(Buffer.from(text));
    await journal.close();
    const inFiles = (await filesIn(folder)).flatMap(({ where, bytes }) => searchDeep(where, bytes, needles));
    const inside = (await journalIn(folder)).flatMap(({ where, bytes }) => searchDeep(where, bytes, needles));
    assert.equal([inFiles, inside], [[], [{ form: 'address, UTF-8', where: 'journal entry 1', at: 0 }]]);
  }));

test('it is found in both ends of a socket, on standard output and in a file that is gone again, across two writes', () =>
  withFolder(async folder => {
    const [first, second] = [Buffer.from(text).subarray(0, 10), Buffer.from(text).subarray(10)].map(part =>
      part.toString('hex'),
    );
    const plant = `
      const [first, second] = ['${first}', '${second}'].map(hex => Buffer.from(hex, 'hex'));
      const fs = require('node:fs');
      const file = fs.openSync('${folder}/gone', 'w');
      for (const fd of [file, 1]) for (const part of [first, second]) fs.writeSync(fd, part);
      fs.unlinkSync('${folder}/gone');
      const server = require('node:net').createServer(client => client.resume().on('end', () => server.close()));
      server.listen('${folder}/sock', () => {
        const client = require('node:net').connect('${folder}/sock');
        client.write(first, () => client.end(second));
      });`;
    const trace = join(folder, 'trace');
    mkdirSync(trace);
    const child = spawn(
      'setpriv',
      [
        '--pdeathsig',
        'KILL',
        ...strace,
        '-o',
        join(trace, 'thread'),
        ...withData,
        process.execPath,
        '-e',
        plant,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env.PATH } },
    );
    child.stdout.resume();
    await once(child, 'exit');
    const found = streamsOf('planted', callsIn(trace)).flatMap(({ where, bytes }) =>
      searchDeep(where, bytes, needles),
    );
    for (const place of [
      /writes .*\/gone/,
      /writes UNIX-STREAM:\[[^\]]*\]$/,
      /writes UNIX-STREAM:.* to .*\/sock/,
      /reads UNIX-STREAM:/,
    ])
      assert.ok(
        found.some(({ where }) => place.test(where)),
        `${place}: ${found.map(({ where }) => where)}`,
      );
  }));

test('a socket is one place, whether its other end has accepted already or is gone', () => {
  const calls = [
    'connect(4<UNIX-STREAM:[10]>, {sa_family=AF_UNIX, sun_path="\\x2f\\x6b"}, 13) = 0',
    'write(4<UNIX-STREAM:[10]>, "\\x31", 1) = 1',
    'write(4<UNIX-STREAM:[10->11]>, "\\x32", 1) = 1',
    'write(5<UNIX-STREAM:[12->13,"\\x2f\\x70"]>, "\\x33", 1) = 1',
    'write(5<UNIX-STREAM:[12,"\\x2f\\x70"]>, "\\x34", 1) = 1',
  ].map((text, at) => ({ pid: 1, at, name: text.split('(')[0]!, text }));
  assert.equal(
    streamsOf('one', calls).map(({ where, bytes }) => `${where}: ${bytes}`),
    ['one writes UNIX-STREAM:[10] to /k: 12', 'one writes UNIX-STREAM:[12,"/p"]: 34'],
  );
});

test.run();
