/** code: what it means, what a person does. */
export type Table = Readonly<Record<string, readonly [meaning: string, hint: string, ...rest: string[]]>>;
