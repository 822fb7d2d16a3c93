// Fetching; what leaves the machine is not in this corpus.
import type { Case } from './case.ts';

export const NETWORK: readonly Case[] = [
  {
    name: 'curl of a file',
    run: 'curl -sS -o out.txt "file://$PWD/in/a.txt"',
    needs: ['curl'],
    twice: 'touched only',
    interrupted: 'recovers',
    because: 'the file is emptied and written again',
  },
  {
    name: 'curl --no-clobber by hand',
    run: '[ -e out.txt ] || curl -sS -o out.txt "file://$PWD/in/a.txt"',
    needs: ['curl'],
    twice: 'nothing to do',
    interrupted: 'silent damage',
    because: 'a file that is half there is taken for the whole one',
  },
  {
    name: 'curl, then a rename',
    run: '[ -e out.txt ] || { curl -sS -o out.part "file://$PWD/in/a.txt" && mv out.part out.txt; }',
    needs: ['curl'],
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'the name is there only for what is whole',
  },
  {
    name: 'curl that resumes',
    run: 'curl -sS -C - -o out.txt "file://$PWD/in/a.txt"',
    needs: ['curl'],
    twice: 'touched only',
    interrupted: 'recovers',
    because: 'it goes on where it ended; a whole one has nothing to add',
  },
  {
    name: 'curl that appends',
    run: 'curl -sS "file://$PWD/in/b.txt" >> out.txt',
    needs: ['curl'],
    twice: 'changed again',
    interrupted: 'repeated effect',
    because: 'each run adds the file, in one write',
  },
];
