/** A fault put into the code, that the simulator has to find. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'an update does not check the owner',
    file: 'once/store/rules.ts',
    from: 'row === undefined || row.owner !== request.owner) return undefined',
    to: 'row === undefined) return undefined',
  },
  {
    name: 'an ended record may be updated again',
    file: 'once/store/rules.ts',
    from: 'if (isEnded(row.state)) return isRepeated(row, request) ? row : undefined;',
    to: '',
  },
  {
    name: 'a lease is renewed after it was lost',
    file: 'once/store/rules.ts',
    from: 'row.owner === owner && !isEnded(row.state)',
    to: '!isEnded(row.state)',
  },
  {
    name: 'a takeover does not look at the lease',
    file: 'once/store/rules.ts',
    from: 'evenIfLeased || row.leaseUntil <= now',
    to: 'true',
  },
  {
    name: 'a takeover does not look whom it takes over',
    file: 'once/store/rules.ts',
    from: 'takeover === undefined || takeover.owner !== row.owner || !isSame',
    to: 'takeover === undefined || !isSame',
  },
  {
    name: 'another attempt has the same number',
    file: 'once/store/rules.ts',
    from: '(row?.attempt ?? 0) + 1',
    to: 'row?.attempt ?? 1',
  },
  {
    name: 'a purge removes what is unknown',
    file: 'once/store/rules.ts',
    from: 'if (!isEnded(row.state)) return row;\n  const keepUntil',
    to: "if (row.state === 'running') return row;\n  const keepUntil",
  },
  {
    name: 'a purge forgets a key with its result',
    file: 'once/store/rules.ts',
    from: 'const forgetAt = keepUntil + row.rememberMs;',
    to: 'const forgetAt = keepUntil;',
  },
  {
    name: 'a claim forgets the progress',
    file: 'once/store/rules.ts',
    from: "progress: row?.progress ?? '',",
    to: "progress: '',",
  },
  {
    name: 'an interrupted attempt is rerun by itself',
    file: 'once/claim.ts',
    from: "if (call.ifInterrupted === 'stop' && !call.steps) {",
    to: 'if (Math.abs(0) > 0) {',
  },
  {
    name: 'an error that does not tell releases the key',
    file: 'once/ending.ts',
    from: "const saved = await this.#save('unknown');",
    to: "const saved = await this.#save('released');",
  },
  {
    name: 'the result is told before it is saved, and not saved',
    file: 'once/ending.ts',
    from: "const saved = await this.#save('done', stored);\n    if (saved === 'superseded') return this.#superseded();\n    return { kind: 'value', stored, fresh: { value }",
    to: "const saved = { at: 0 };\n    return { kind: 'value', stored, fresh: { value }",
  },
  {
    name: 'an overtaken attempt gives out its own result',
    file: 'once/ending.ts',
    from: "const saved = await this.#save('done', stored);\n    if (saved === 'superseded') return this.#superseded();\n    return { kind: 'value', stored, fresh: { value }, ...this.#facts(saved) };",
    to: "const saved = await this.#save('done', stored);\n    return { kind: 'value', stored, fresh: { value }, ...this.#facts(saved === 'superseded' ? { at: 0 } : saved) };",
  },
  {
    name: 'a look that fails counts as not happened',
    file: 'once/attempt-run.ts',
    from: 'this.#isInDoubt = interrupted && !call.steps;',
    to: 'this.#isInDoubt = false;',
  },
  {
    name: 'leases are not renewed',
    file: 'once/lease.ts',
    from: 'if (due.length > 0) void',
    to: 'if (due.length > 9) void',
  },
  {
    name: 'a claim without a reply is not taken back',
    file: 'once/claim.ts',
    from: 'parts.saver.takeBack(',
    to: '((..._: unknown[]) => {})(',
  },
  {
    name: 'a claim is sent again with another token',
    file: 'once/claim.ts',
    from: 'return await parts.store.claim(request);',
    to: 'return await parts.store.claim({ ...request, owner: tries === 0 ? owner : parts.surroundings.newOwner() });',
  },
  {
    name: 'a step is not said to have begun',
    file: 'once/steps.ts',
    from: 'await this.#begin(name);',
    to: '',
  },
  {
    name: 'an interrupted step is run again by itself',
    file: 'once/steps.ts',
    from: "if (policy === 'stop') return 'unknown';",
    to: "if (policy === 'stop') return { happened: false };",
  },
  {
    name: 'the end of an attempt is not tried again',
    file: 'once/saver.ts',
    from: 'return { cause, end: this.#insist(request) };',
    to: "return { cause, end: Promise.resolve('closed' as const) };",
  },
];
