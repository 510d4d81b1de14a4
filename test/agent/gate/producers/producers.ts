// The producers of Debian 12, each with the command that makes a certificate of two pages by it.

export interface Producer {
  name: string;
  /** Debian packages. */
  packages: readonly string[];
  /** File of `sources/` that is made into the certificate; its words are filled in. */
  source?: string;
  /** Commands in a folder with the source, `seal.png` and what an earlier one wrote. They leave `out.pdf`. */
  commands(resident: Words): readonly (readonly string[])[];
}

/** What differs between two residents. */
export interface Words {
  name: string;
  number: string;
}

const script = (file: string, { name, number }: Words): string[] => [
  '/usr/bin/python3',
  file,
  name,
  number,
  'seal.png',
  'out.pdf',
];
const chromium = [
  'chromium',
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-pdf-header-footer',
  '--user-data-dir=profile',
];
const gs = ['gs', '-q', '-dSAFER', '-dBATCH', '-dNOPAUSE', '-sDEVICE=pdfwrite', '-sOutputFile=out.pdf'];
const cairo = ['python3-cairo', 'fonts-ipamj-mincho'];

export const producers: readonly Producer[] = [
  {
    name: 'reportlab',
    packages: ['python3-reportlab', 'python3-pil', 'fonts-dejavu-core'],
    source: 'by-reportlab.py',
    commands: words => [script('by-reportlab.py', words)],
  },
  {
    name: 'cairo',
    packages: cairo,
    source: 'by-cairo.py',
    commands: words => [script('by-cairo.py', words)],
  },
  {
    name: 'ghostscript',
    packages: ['ghostscript'],
    source: 'certificate.ps',
    commands: () => [[...gs, 'certificate.ps']],
  },
  {
    name: 'ghostscript-1.3',
    packages: ['ghostscript'],
    source: 'certificate.ps',
    commands: () => [[...gs, '-dCompatibilityLevel=1.3', 'certificate.ps']],
  },
  {
    name: 'weasyprint',
    packages: ['weasyprint', 'fonts-ipamj-mincho'],
    source: 'certificate.html',
    commands: () => [['weasyprint', 'certificate.html', 'out.pdf']],
  },
  {
    name: 'qpdf',
    packages: [...cairo, 'qpdf'],
    source: 'by-cairo.py',
    commands: words => [
      [...script('by-cairo.py', words).slice(0, -1), 'in.pdf'],
      ['qpdf', '--linearize', '--object-streams=generate', '--stream-data=compress', 'in.pdf', 'out.pdf'],
    ],
  },
  {
    name: 'qpdf-plain',
    packages: [...cairo, 'qpdf'],
    source: 'by-cairo.py',
    commands: words => [
      [...script('by-cairo.py', words).slice(0, -1), 'in.pdf'],
      ['qpdf', '--linearize', '--object-streams=disable', 'in.pdf', 'out.pdf'],
    ],
  },
  {
    name: 'fop',
    packages: ['fop'],
    source: 'certificate.fo',
    commands: () => [['fop', '-q', 'certificate.fo', 'out.pdf']],
  },
  {
    name: 'libreoffice',
    packages: ['libreoffice-writer-nogui', 'fonts-ipamj-mincho'],
    source: 'certificate.fodt',
    commands: () => [
      [
        'soffice',
        '-env:UserInstallation=file:///tmp/@PROFILE@',
        '--headless',
        '--convert-to',
        'pdf',
        'certificate.fodt',
      ],
      ['mv', 'certificate.pdf', 'out.pdf'],
    ],
  },
  {
    name: 'latex',
    packages: ['texlive-latex-base'],
    source: 'certificate.tex',
    commands: () => [
      ['pdflatex', '-interaction=batchmode', 'certificate.tex'],
      ['mv', 'certificate.pdf', 'out.pdf'],
    ],
  },
  {
    name: 'chromium',
    packages: ['chromium', 'fonts-ipamj-mincho'],
    source: 'certificate.html',
    commands: () => [[...chromium, '--print-to-pdf=out.pdf', 'certificate.html']],
  },
];
