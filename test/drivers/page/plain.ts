// Plain A4, one side: what a test prints on.
export const plain = { media: 'iso_a4_210x297mm', sides: 'one-sided' } as const;
