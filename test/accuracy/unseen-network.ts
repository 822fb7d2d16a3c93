// Requests; nobody but the check's recorder answers. Nobody has mended the check on these.
import type { Case } from './case.ts';

const POST = 'curl -sS -o reply -X POST -d amount=1';
const URL = 'http://api.example/charge';

export const UNSEEN_NETWORK: readonly Case[] = [
  {
    name: 'invoices charged one by one, each noted after',
    run: `for i in 1 2; do grep -qx $i done.txt || { ${POST} ${URL}/$i && echo $i >> done.txt; }; done`,
    files: { 'done.txt': '0\n' },
    needs: ['curl'],
    twice: 'nothing to do',
    interrupted: 'repeated effect',
    because: 'killed between a charge and its note, it is charged again',
  },
  {
    name: 'invoices charged one by one, each with its key and noted after',
    run: `for i in 1 2; do grep -qx $i done.txt || { ${POST} -H "Idempotency-Key: invoice-$i" ${URL}/$i && echo $i >> done.txt; }; done`,
    files: { 'done.txt': '0\n' },
    needs: ['curl'],
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'charged again with the same key, it is the same charge',
  },
  {
    name: 'curl DELETE',
    run: 'curl -sS -o reply -X DELETE http://api.example/users/1',
    needs: ['curl'],
    twice: 'touched only',
    interrupted: 'recovers',
    because: 'what is deleted stays so; the reply is written again',
  },
  {
    name: 'curl PATCH',
    run: 'curl -sS -X PATCH -d name=me http://api.example/users/1',
    needs: ['curl'],
    twice: 'repeated effect',
    interrupted: 'repeated effect',
    because: 'a PATCH may do more each time, and has no key',
  },
  {
    name: 'begun, curl POST, done; who finds it begun does not guess',
    run: `[ -e done ] && exit 0; [ -e begun ] && exit 1; touch begun && ${POST} ${URL} && touch done && rm begun`,
    needs: ['curl'],
    twice: 'nothing to do',
    interrupted: 'stuck',
    because: 'killed after it was begun, it waits for somebody who looks',
  },
  {
    name: 'the reply to curl POST, renamed, is the marker',
    run: `[ -e receipt ] || { ${POST} ${URL} && mv reply receipt; }`,
    needs: ['curl'],
    twice: 'nothing to do',
    interrupted: 'repeated effect',
    because: 'killed before the rename, it is charged again',
  },
  {
    name: 'wget --post-data',
    run: `wget -q -O - --post-data=amount=1 ${URL}`,
    needs: ['wget'],
    twice: 'repeated effect',
    interrupted: 'repeated effect',
    because: 'each run charges',
  },
  {
    name: 'urllib with a key made of what is charged',
    run: 'python3 run.py',
    files: {
      'run.py':
        "import urllib.request, uuid\nkey = str(uuid.uuid5(uuid.NAMESPACE_URL, 'invoice-1'))\nurllib.request.urlopen(urllib.request.Request('http://api.example/charge', b'amount=1', {'Idempotency-Key': key}))\n",
    },
    needs: ['python3'],
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'the key is worked out, and the same in each run',
  },
  {
    name: 'a key that is kept and removed when it was charged',
    run: `[ -s key ] || cat /proc/sys/kernel/random/uuid > key; ${POST} -H "Idempotency-Key: $(cat key)" ${URL} && rm key`,
    needs: ['curl'],
    twice: 'repeated effect',
    interrupted: 'repeated effect',
    because: 'the next run takes another key, also where only its reply was still to come',
  },
  {
    name: 'fetch PUT of Node, each run the same',
    run: 'node --no-warnings run.mjs',
    files: {
      'run.mjs':
        "import { readFile } from 'node:fs/promises';\nawait fetch('http://api.example/files/a', { method: 'PUT', body: await readFile('in/a.txt') });\n",
    },
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'a PUT of the same puts what is there',
  },
  {
    name: 'curl GET that appends',
    run: 'curl -sS http://api.example/feed >> feed',
    needs: ['curl'],
    twice: 'changed again',
    interrupted: 'repeated effect',
    because: 'each run adds what it got',
  },
];
