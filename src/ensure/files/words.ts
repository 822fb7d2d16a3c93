import type { Words } from '../../core/words.ts';

/** How an export's report speaks. */
export const EXPORT_WORDS: Words = {
  verbs: {
    created: { did: 'exported', would: 'export' },
    updated: { did: 'replaced', would: 'replace' },
    unchanged: { did: 'skipped', would: 'skip' },
  },
  already: 'already in folder',
  settled({ total }) {
    if (total === 0) return 'Nothing to do: there are no files to export (exported 0, skipped 0).';
    const files = total === 1 ? 'the file is' : `all ${total} files are`;
    return `Nothing to do: ${files} already in the folder (exported 0, skipped ${total}).`;
  },
};

/** How the report of `verify` speaks. */
export const VERIFY_WORDS: Words = {
  verbs: { unchanged: { did: 'verified', would: 'verify' } },
  already: 'same content',
  settled({ total }) {
    if (total === 0) return 'Nothing to verify: there are no files.';
    const files = total === 1 ? 'the file is' : `all ${total} files are`;
    return `Verified: ${files} in the folder with the same content.`;
  },
};
