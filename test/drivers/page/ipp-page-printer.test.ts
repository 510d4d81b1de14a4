// The driver with the virtual printer, on a real Unix socket.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { systemClock } from '../../../drivers/base/clock.ts';
import { pageJob } from '../../../drivers/contract/page.ts';
import { HttpIppLine } from '../../../drivers/page/ipp-line.ts';
import { IppPagePrinter } from '../../../drivers/page/ipp-page-printer.ts';
import { a4Certificate, type PageProfile } from '../../../drivers/page/page-profile.ts';
import { jamAtPage, paperOut } from '../../../simulator/page-printer/faulty-behaviours.ts';
import { VirtualJob } from '../../../simulator/page-printer/job.ts';
import { jobGroup } from '../../../simulator/page-printer/job-attributes.ts';
import type { Behaviour } from '../../../simulator/page-printer/printer.ts';
import { type PagePrinterHandle, startPagePrinter } from '../../../simulator/page-printer/start.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { refusalOf, refusedWith } from '../../refusal.ts';
import { makePdf } from '../../simulator/page-printer/make-pdf.ts';
import { plain } from './plain.ts';

const pdf = await makePdf(2);
const patient = () => AbortSignal.timeout(20_000);
const quick: PageProfile = { ...a4Certificate, pollMs: 3 };

interface Rig {
  machine: PagePrinterHandle;
  driver: IppPagePrinter;
  dir: string;
}

async function rig(
  behaviours: Behaviour[],
  use: (rig: Rig) => Promise<void>,
  profile: Partial<PageProfile> = {},
): Promise<void> {
  const dir = temporaryFolder('page');
  const machine = await startPagePrinter({ dir, say: () => {}, behaviours, msPerPage: 2, busyAfterMs: 20 });
  const line = new HttpIppLine({ socketPath: machine.socket, path: '/ipp/print' }, systemClock);
  try {
    await use({ machine, driver: new IppPagePrinter(line, systemClock, { ...quick, ...profile }), dir });
  } finally {
    await machine.close();
    await rm(dir, { recursive: true });
  }
}

const rejects = (work: Promise<unknown>, code: string) => refusedWith(code, work);

test('two pages are printed byte for byte as sent, and rendered', () =>
  rig([], async ({ machine, driver, dir }) => {
    assert.ok((await driver.status()).ready);
    const job = await driver.createJob({ name: 'tx-1', copies: 1, impressions: 2, ...plain });
    await driver.sendDocument(job, pdf);
    const outcome = await driver.outcome(job, 2, { signal: patient() });
    assert.is(outcome.result, 'printed');
    assert.is(outcome.impressions, 2);
    assert.is(machine.impressions, 2);
    assert.is(machine.jobs[0]?.name, 'tx-1');
    assert.ok(machine.jobs[0]?.document.equals(pdf));
    const pngs = (await machine.jobs[0]?.renderPng(join(dir, 'page'))) ?? [];
    assert.equal(pngs, [join(dir, 'page-1.png'), join(dir, 'page-2.png')]);
  }));

test('a call ends at its command’s time limit even if the profile allows more', () => {
  const silent: Behaviour = { name: 'silent', onRequest: () => new Promise<never>(() => {}) };
  return rig([silent], async ({ driver }) => {
    const job = { id: 1, uri: 'ipp://localhost/jobs/1', name: 'tx-1' };
    await rejects(
      driver.createJob({ name: 'tx-1', copies: 1, impressions: 2, ...plain }, 50),
      'page/offline',
    );
    await rejects(driver.sendDocument(job, pdf, 50), 'page/offline');
    await rejects(driver.cancelJob(job, 50), 'page/offline');
  });
});

test('two copies of two pages are four impressions', () =>
  rig([], async ({ machine, driver }) => {
    const job = await driver.createJob({ name: 'tx-2', copies: 2, impressions: 2, ...plain });
    await driver.sendDocument(job, pdf);
    const outcome = await driver.outcome(job, 4, { signal: patient() });
    assert.is(outcome.result, 'printed');
    assert.is(machine.impressions, 4);
  }));

test('a printer without paper is not ready before the payment', () =>
  rig([paperOut()], async ({ driver }) => {
    const status = await driver.status();
    assert.equal(status.reasons, ['media-empty']);
    assert.is(status.state, 'stopped');
    assert.not(status.ready);
  }));

test('missing paper is reported while the job waits, and the job is printed after a refill', () =>
  rig([paperOut(1)], async ({ machine, driver }) => {
    const job = await driver.createJob({ name: 'tx-3', copies: 1, impressions: 2, ...plain });
    await driver.sendDocument(job, pdf);
    const reported: string[] = [];
    const outcome = await driver.outcome(job, 2, {
      signal: patient(),
      onProgress: ({ impressions, reasons }) => {
        reported.push(`${impressions} ${reasons}`);
        if (reasons.includes('media-empty')) machine.clear('media-empty-error');
      },
    });
    assert.ok(reported.includes('1 media-empty'), reported.join('; '));
    assert.is(outcome.result, 'printed');
  }));

test('a jam after the first of two pages, then canceled, ends unknown with one impression', () =>
  rig([jamAtPage(2)], async ({ machine, driver }) => {
    const job = await driver.createJob({ name: 'tx-4', copies: 1, impressions: 2, ...plain });
    await driver.sendDocument(job, pdf);
    const outcome = await driver.outcome(job, 2, {
      signal: patient(),
      onProgress: ({ reasons }) => {
        if (reasons.includes('media-jam')) void driver.cancelJob(job);
      },
    });
    assert.is(outcome.jobState, 'canceled');
    assert.is(outcome.impressions, 1);
    assert.is(outcome.result, 'unknown');
    assert.is(machine.impressions, 1);
  }));

test('a job canceled before its first page is not printed', () =>
  rig([jamAtPage(1)], async ({ machine, driver }) => {
    const job = await driver.createJob({ name: 'tx-5', copies: 1, impressions: 2, ...plain });
    await driver.cancelJob(job);
    await driver.cancelJob(job);
    assert.is((await driver.outcome(job, 2, { signal: patient() })).result, 'notPrinted');
    assert.is(machine.impressions, 0);
    await rejects(driver.sendDocument(job, pdf), 'page/unknown');
  }));

test('a second job is refused as busy, and the first is found open by its name', () =>
  rig([], async ({ driver }) => {
    const first = await driver.createJob({ name: 'tx-6', copies: 1, impressions: 2, ...plain });
    await rejects(driver.createJob({ name: 'tx-7', copies: 1, impressions: 2, ...plain }), 'page/busy');
    assert.equal(await driver.openJobs(), [{ ...first, name: 'tx-6', waits: true }]);
  }));

test('a printer that lost the job in a restart: unknown, with the impression that it had reported', () =>
  rig([jamAtPage(2)], async ({ machine, driver }) => {
    const job = await driver.createJob({ name: 'tx-8', copies: 1, impressions: 2, ...plain });
    await driver.sendDocument(job, pdf);
    const outcome = await driver.outcome(job, 2, {
      signal: patient(),
      onProgress: ({ reasons }) => {
        if (reasons.includes('media-jam')) machine.restart();
      },
    });
    assert.is(outcome.jobState, 'lost');
    assert.is(outcome.impressions, 1);
    assert.is(outcome.result, 'unknown');
    await driver.cancelJob(job);
  }));

test('a printer that was reset while a job waited for its document gets it for no other job of that number', () =>
  rig([], async ({ machine, driver }) => {
    const job = await driver.createJob({ name: 'tx-21', copies: 1, impressions: 2, ...plain });
    machine.restart();
    const other = await driver.createJob({ name: 'tx-22', copies: 1, impressions: 2, ...plain });
    assert.is(other.id, job.id);
    await rejects(driver.sendDocument(job, pdf), 'page/lost');
    await driver.cancelJob(job);
    assert.is(machine.jobs[1]?.state, 'pending-held');
    assert.is((await driver.outcome(job, 2, { signal: patient() })).jobState, 'lost');
  }));

/** Leaves attributes out of every answer to Get-Job-Attributes. */
const without = (...names: string[]): Behaviour => ({
  name: `without ${names}`,
  onRequest(request, printer) {
    const job = printer.jobs.at(-1);
    if (request.operation !== 9 || !job) return undefined;
    const { tag, attributes } = jobGroup(job, printer, ['all']);
    return {
      status: 0,
      groups: [{ tag, attributes: attributes.filter(({ name }) => !names.includes(name)) }],
    };
  },
});

test('a printer that gives no uuid is known by number and name; one that gives no name, not at all', async () => {
  await rig([without('job-uuid')], async ({ driver }) => {
    const job = await driver.createJob({ name: 'tx-23', copies: 1, impressions: 2, ...plain });
    assert.is(job.uuid, undefined);
    await driver.sendDocument(job, pdf);
    assert.is((await driver.outcome(job, 2, { signal: patient() })).result, 'printed');
  });
  await rig([without('job-name')], ({ driver }) =>
    rejects(driver.createJob({ name: 'tx-24', copies: 1, impressions: 2, ...plain }), 'page/protocol'),
  );
});

test('the wait ends on its signal with the last report', () =>
  rig([jamAtPage(1)], async ({ driver }) => {
    const job = await driver.createJob({ name: 'tx-9', copies: 1, impressions: 2, ...plain });
    await driver.sendDocument(job, pdf);
    const stop = new AbortController();
    const outcome = await driver.outcome(job, 2, {
      signal: stop.signal,
      onProgress: ({ reasons }) => {
        if (reasons.includes('media-jam')) stop.abort();
      },
    });
    assert.is(outcome.jobState, 'processing-stopped');
    assert.is(outcome.impressions, 0);
    assert.is(outcome.result, 'unknown');
  }));

test('a document that is not a PDF is aborted with no impression: not printed', () =>
  rig([], async ({ driver }) => {
    const job = await driver.createJob({ name: 'tx-10', copies: 1, impressions: 1, ...plain });
    await driver.sendDocument(job, Buffer.from('no such thing'));
    const outcome = await driver.outcome(job, 1, { signal: patient() });
    assert.is(outcome.jobState, 'aborted');
    assert.is(outcome.result, 'notPrinted');
  }));

test('paper that the printer does not have is refused, and no job is created', () =>
  rig([], async ({ machine, driver }) => {
    const letter = { name: 'tx-11', copies: 1, impressions: 1, ...plain, media: 'na_letter_8.5x11in' };
    for (const ask of [driver.validateJob(letter), driver.createJob(letter)]) {
      const refused = await refusalOf(ask);
      assert.is(refused.code, 'page/refused');
      assert.is(refused.detail.unsupported, 'media');
    }
    assert.is(machine.jobs.length, 0);
  }));

test('a printer is asked whether it would print a job, on both sides too, and makes none', () =>
  rig([], async ({ machine, driver }) => {
    await driver.validateJob({ name: 'tx-25', copies: 3, impressions: 2, ...plain });
    await driver.validateJob({
      name: 'tx-25',
      copies: 3,
      impressions: 2,
      ...plain,
      sides: 'two-sided-long-edge',
    });
    assert.is(machine.jobs.length, 0);
    const both = await driver.createJob({
      name: 'tx-26',
      copies: 1,
      impressions: 2,
      ...plain,
      sides: 'two-sided-long-edge',
    });
    assert.is(machine.jobs.find(({ id }) => id === both.id)?.ticket.sides, 'two-sided-long-edge');
  }));

/** Creates the job although it can't do what was requested: RFC 8011 forbids that with ipp-attribute-fidelity. */
const substitutes: Behaviour = {
  name: 'substitutes sides',
  onRequest(request) {
    if (request.operation !== 5) return undefined;
    const value = (tag: number, bytes: string | Buffer) => [{ tag, bytes: Buffer.from(bytes as string) }];
    return {
      status: 0x0001,
      groups: [
        { tag: 0x05, attributes: [{ name: 'sides', values: value(0x44, 'one-sided') }] },
        {
          tag: 0x02,
          attributes: [
            { name: 'job-id', values: value(0x21, Buffer.from([0, 0, 0, 9])) },
            { name: 'job-uri', values: value(0x45, 'ipp://localhost/ipp/print/9') },
          ],
        },
      ],
    };
  },
};

test('a printer that would not print as requested gets no document', () =>
  rig([substitutes], ({ driver }) =>
    rejects(driver.createJob({ name: 'tx-12', copies: 1, impressions: 1, ...plain }), 'page/refused'),
  ));

/** Answers Create-Job with these attributes, and knows that job by `name`; notes which jobs are canceled. */
function makesJob(
  attributes: [name: string, tag: number, bytes: Buffer][],
  canceled: Buffer[],
  name: string,
): Behaviour {
  return {
    name: 'makes a job of its own kind',
    onRequest(request) {
      const values = request.groups.flatMap(({ attributes }) => attributes);
      if (request.operation === 8)
        canceled.push(...values.filter(({ name }) => name === 'job-id').map(({ values: [id] }) => id!.bytes));
      if (request.operation !== 5 && request.operation !== 9) return undefined;
      const known: typeof attributes = [
        ['job-name', 0x42, Buffer.from(name)],
        ['job-state', 0x23, Buffer.from([0, 0, 0, 4])],
      ];
      const given = request.operation === 5 ? attributes : [...attributes, ...known];
      const group = given.map(([name, tag, bytes]) => ({ name, values: [{ tag, bytes }] }));
      return { status: 0, groups: [{ tag: 0x02, attributes: group }] };
    },
  };
}
const idNine = Buffer.from([0, 0, 0, 9]);
const uriOf = (octets: number) => `ipp://localhost/${'j'.repeat(octets - 16)}`;

test('a job-uri of the max. length of IPP is accepted', () => {
  const uri = uriOf(1023);
  const made = makesJob(
    [
      ['job-id', 0x21, idNine],
      ['job-uri', 0x45, Buffer.from(uri)],
    ],
    [],
    'tx-18',
  );
  return rig([made], async ({ driver }) => {
    const job = await driver.createJob({ name: 'tx-18', copies: 1, impressions: 1, ...plain });
    assert.equal(job, { id: 9, uri, name: 'tx-18', uuid: undefined });
    assert.ok(v.is(pageJob, { id: job.id, uri: job.uri }));
  });
});

for (const [what, uri] of [
  ['a job-uri longer than IPP has', uriOf(1024)],
  ['a job-uri with few characters and too many octets', `ipp://localhost/${'印'.repeat(400)}`],
  ['no job-uri', undefined],
] as const)
  test(`${what} is page/protocol, and the job is canceled by its id`, () => {
    const canceled: Buffer[] = [];
    const made = makesJob(
      [
        ['job-id', 0x21, idNine],
        ...(uri ? [['job-uri', 0x45, Buffer.from(uri)] as [string, number, Buffer]] : []),
      ],
      canceled,
      'tx-19',
    );
    return rig([made], async ({ driver }) => {
      await rejects(
        driver.createJob({ name: 'tx-19', copies: 1, impressions: 1, ...plain }),
        'page/protocol',
      );
      assert.equal(canceled, [idNine]);
    });
  });

test('a job-id that IPP does not allow is page/protocol', async () => {
  const ids = [Buffer.from([0, 0, 0, 0]), Buffer.from([255, 255, 255, 255])];
  await Promise.all(
    ids.map(id =>
      rig(
        [
          makesJob(
            [
              ['job-id', 0x21, id],
              ['job-uri', 0x45, Buffer.from('ipp://localhost/1')],
            ],
            [],
            'tx-20',
          ),
        ],
        ({ driver }) =>
          rejects(driver.createJob({ name: 'tx-20', copies: 1, impressions: 1, ...plain }), 'page/protocol'),
      ),
    ),
  );
});

test('a printer that crashes between Create-Job and Send-Document is offline, and nothing was sent', () =>
  rig([], async ({ machine, driver }) => {
    const job = await driver.createJob({ name: 'tx-13', copies: 1, impressions: 2, ...plain });
    await machine.close();
    await rejects(driver.sendDocument(job, pdf), 'page/offline');
    assert.equal(await driver.status(), {
      online: false,
      state: 'unknown',
      reasons: ['page/offline'],
      accepting: false,
      ready: false,
    });
    await rejects(driver.createJob({ name: 'tx-14', copies: 1, impressions: 2, ...plain }), 'page/offline');
  }));

test('a printer that closes the connection during the document: unknown', () => {
  const hangsUp: Behaviour = {
    name: 'hangs up on Send-Document',
    onRequest: request => (request.operation === 6 ? 'hangUp' : undefined),
  };
  return rig([hangsUp], async ({ driver }) => {
    const job = await driver.createJob({ name: 'tx-15', copies: 1, impressions: 2, ...plain });
    await rejects(driver.sendDocument(job, pdf), 'page/unknown');
  });
});

test('the driver waits for a printer that is offline for some polls', () => {
  let calls = 0;
  const flaky: Behaviour = {
    name: 'every other look fails',
    onRequest: request => (request.operation === 9 && calls++ % 2 === 0 ? 'hangUp' : undefined),
  };
  return rig([], async ({ machine, driver }) => {
    const job = await driver.createJob({ name: 'tx-16', copies: 1, impressions: 2, ...plain });
    await driver.sendDocument(job, pdf);
    machine.behaviours.unshift(flaky);
    const reported: string[] = [];
    const onProgress = ({ reasons }: { reasons: readonly string[] }) => reported.push(...reasons);
    assert.is((await driver.outcome(job, 2, { signal: patient(), onProgress })).result, 'printed');
    assert.ok(reported.includes('page/offline'));
  });
});

test("another job's end is not taken for the end of this one", () => {
  const mixesUp: Behaviour = {
    name: 'always reports job 8',
    onRequest(request, printer) {
      if (request.operation !== 9) return undefined;
      const eight = new VirtualJob(8, { name: '', user: '', copies: 1, media: '', sides: '' }, 1);
      eight.impressions = 2;
      eight.set('completed', 'job-completed-successfully');
      return { status: 0, groups: [jobGroup(eight, printer, ['all'])] };
    },
  };
  return rig([], async ({ machine, driver }) => {
    const job = await driver.createJob({ name: 'tx-17', copies: 1, impressions: 2, ...plain });
    machine.behaviours.unshift(mixesUp);
    const stop = new AbortController();
    const outcome = await driver.outcome(job, 2, {
      signal: stop.signal,
      onProgress: ({ reasons }) => {
        if (reasons.includes('page/protocol')) stop.abort();
      },
    });
    assert.is(outcome.result, 'unknown');
    assert.is(outcome.impressions, -1);
  });
});

test.run();
