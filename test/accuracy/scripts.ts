// Small programs in Python and Node, as people write them.
import type { Case } from './case.ts';

export const SCRIPTS: readonly Case[] = [
  {
    name: 'an export in Python: looks, then copies',
    run: 'python3 run.py',
    files: {
      'run.py':
        "import os, shutil\nos.makedirs('out', exist_ok=True)\nfor name in sorted(os.listdir('in')):\n    to = os.path.join('out', name)\n    if not os.path.exists(to):\n        shutil.copy2(os.path.join('in', name), to)\n",
    },
    needs: ['python3'],
    twice: 'nothing to do',
    interrupted: 'silent damage',
    because: 'a file that is half there is skipped like a whole one',
  },
  {
    name: 'an export in Python: looks, copies and renames',
    run: 'python3 run.py',
    files: {
      'run.py':
        "import os, shutil\nos.makedirs('out', exist_ok=True)\nfor name in sorted(os.listdir('in')):\n    to = os.path.join('out', name)\n    if not os.path.exists(to):\n        shutil.copy2(os.path.join('in', name), to + '.part')\n        os.replace(to + '.part', to)\n",
    },
    needs: ['python3'],
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'a name is there only for what is whole, and .part is used again',
  },
  {
    name: 'an export in Python: looks at the size',
    run: 'python3 run.py',
    files: {
      'run.py':
        "import os, shutil\nos.makedirs('out', exist_ok=True)\nfor name in sorted(os.listdir('in')):\n    to = os.path.join('out', name)\n    if not os.path.exists(to) or os.path.getsize(to) != os.path.getsize(os.path.join('in', name)):\n        shutil.copy2(os.path.join('in', name), to)\n",
    },
    needs: ['python3'],
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'what is torn has another size, and is copied again',
  },
  {
    name: 'settings read, set and written again',
    run: 'python3 run.py',
    files: {
      'run.py':
        "import json\ns = json.load(open('s.json'))\ns['n'] = 5\njson.dump(s, open('s.json', 'w'))\n",
      's.json': '{"n": 1}',
    },
    needs: ['python3'],
    twice: 'touched only',
    interrupted: 'stuck',
    because: 'killed when the file was emptied, the next run cannot read it',
  },
  {
    name: 'settings written beside, and renamed',
    run: 'python3 run.py',
    files: {
      'run.py':
        "import json, os\ns = json.load(open('s.json'))\ns['n'] = 5\nwith open('s.new', 'w') as f: json.dump(s, f)\nos.replace('s.new', 's.json')\n",
      's.json': '{"n": 1}',
    },
    needs: ['python3'],
    twice: 'touched only',
    interrupted: 'recovers',
    because: 's.json is the old or the new one',
  },
  {
    name: 'a counter that is renamed',
    run: 'python3 run.py',
    files: {
      'run.py':
        "import os\nn = int(open('n').read())\nwith open('n.new', 'w') as f: f.write(str(n + 1))\nos.replace('n.new', 'n')\n",
      n: '1',
    },
    needs: ['python3'],
    twice: 'changed again',
    interrupted: 'repeated effect',
    because: 'each run counts on; the file is always whole',
  },
  {
    name: 'a row added to a CSV file',
    run: 'python3 run.py',
    files: {
      'run.py': "import csv\nwith open('rows.csv', 'a') as f: csv.writer(f).writerow(['a', 1])\n",
    },
    needs: ['python3'],
    twice: 'changed again',
    interrupted: 'repeated effect',
    because: 'each run adds a row',
  },
  {
    name: 'a row added unless it is there',
    run: 'python3 run.py',
    files: {
      'run.py':
        "import os\nhave = open('rows.csv').read().split('\\n') if os.path.exists('rows.csv') else []\nif 'a,1' not in have:\n    with open('rows.csv', 'a') as f: f.write('a,1\\n')\n",
    },
    needs: ['python3'],
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'it looks first, and one write adds the row',
  },
  {
    name: 'one mail a line, marked when all are out',
    run: 'python3 run.py',
    files: {
      'run.py':
        "import os\nif not os.path.exists('done'):\n    for to in ['a', 'b']:\n        with open('outbox', 'a') as f: f.write(to + '\\n')\n    open('done', 'w').close()\n",
    },
    needs: ['python3'],
    twice: 'nothing to do',
    interrupted: 'repeated effect',
    because: 'killed after a mail, it is sent again',
  },
  {
    name: 'files moved to done, one by one',
    run: 'python3 run.py',
    files: {
      'run.py':
        "import os\nos.makedirs('done', exist_ok=True)\nfor name in sorted(os.listdir('in')):\n    with open('sum-' + name, 'w') as f: f.write(str(os.path.getsize('in/' + name)))\n    os.rename('in/' + name, 'done/' + name)\n",
    },
    needs: ['python3'],
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'each is worked on again until it is moved, with the same result',
  },
  {
    name: 'files added to a sum, then moved',
    run: 'python3 run.py',
    files: {
      'run.py':
        "import os\nos.makedirs('done', exist_ok=True)\nfor name in sorted(os.listdir('in')):\n    with open('all', 'ab') as f: f.write(open('in/' + name, 'rb').read())\n    os.rename('in/' + name, 'done/' + name)\n",
    },
    needs: ['python3'],
    twice: 'nothing to do',
    interrupted: 'repeated effect',
    because: 'killed before the move, a file is added again',
  },
  {
    name: 'a uuid for a name',
    run: 'python3 run.py',
    files: { 'run.py': "import uuid\nopen('job-' + str(uuid.uuid4()), 'w').write('x')\n" },
    needs: ['python3'],
    twice: 'changed again',
    interrupted: 'repeated effect',
    because: 'each run has a name of its own',
  },
  {
    name: 'the time in a report',
    run: 'python3 run.py',
    files: {
      'run.py':
        "import datetime\nopen('report.html', 'w').write('<p>made ' + datetime.datetime.now().isoformat() + '</p>')\n",
    },
    needs: ['python3'],
    twice: 'changed again',
    interrupted: 'recovers',
    because: 'each run writes its time',
  },
  {
    name: 'tempfile in the folder, then a rename',
    run: 'python3 run.py',
    files: {
      'run.py':
        "import os, tempfile\nfd, name = tempfile.mkstemp(dir='.')\nos.write(fd, b'whole')\nos.close(fd)\nos.replace(name, 'result')\n",
    },
    needs: ['python3'],
    twice: 'touched only',
    interrupted: 'leftovers',
    because: 'the temporary file of a killed run stays',
  },
  {
    name: 'writeFileSync',
    run: 'node run.mjs',
    files: {
      'run.mjs':
        "import { writeFileSync } from 'node:fs';\nwriteFileSync('out.txt', 'x'.repeat(1000));\n",
    },
    twice: 'touched only',
    interrupted: 'recovers',
    because: 'emptied, and written again',
  },
  {
    name: 'writeFileSync with wx',
    run: 'node run.mjs',
    files: {
      'run.mjs':
        "import { writeFileSync } from 'node:fs';\nwriteFileSync('out.txt', 'x'.repeat(1000), { flag: 'wx' });\n",
    },
    twice: 'refused',
    interrupted: 'stuck',
    because: 'a file that is there is an error, also where it is empty',
  },
  {
    name: 'existsSync, then writeFileSync',
    run: 'node run.mjs',
    files: {
      'run.mjs':
        "import { existsSync, writeFileSync } from 'node:fs';\nif (!existsSync('out.txt')) writeFileSync('out.txt', 'x'.repeat(1000));\n",
    },
    twice: 'nothing to do',
    interrupted: 'silent damage',
    because: 'an empty file is taken for the result',
  },
  {
    name: 'appendFileSync',
    run: 'node run.mjs',
    files: {
      'run.mjs': "import { appendFileSync } from 'node:fs';\nappendFileSync('out.txt', 'x\\n');\n",
    },
    twice: 'changed again',
    interrupted: 'repeated effect',
    because: 'each run adds a line',
  },
  {
    name: 'mkdirSync',
    run: 'node run.mjs',
    files: { 'run.mjs': "import { mkdirSync } from 'node:fs';\nmkdirSync('out');\n" },
    twice: 'refused',
    interrupted: 'recovers',
    because: 'one system call, which fails where the name is taken',
  },
  {
    name: 'a state file: read, count, write',
    run: 'node run.mjs',
    files: {
      'run.mjs':
        "import { existsSync, readFileSync, writeFileSync } from 'node:fs';\nconst s = existsSync('s.json') ? JSON.parse(readFileSync('s.json', 'utf8')) : { runs: 0 };\nwriteFileSync('s.json', JSON.stringify({ runs: s.runs + 1 }));\n",
    },
    twice: 'changed again',
    interrupted: 'repeated effect',
    because: 'each run counts on; where it was emptied, the next run fails, which is less grave',
  },
];
