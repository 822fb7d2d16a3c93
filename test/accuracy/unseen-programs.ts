// Programs in Python and Node. Nobody has mended the check on these.
import type { Case } from './case.ts';

/** A program in Python with this name of the case. */
function python(text: string, files: Readonly<Record<string, string>> = {}) {
  return { run: 'python3 run.py', needs: ['python3'], files: { 'run.py': text, ...files } };
}

function node(text: string, files: Readonly<Record<string, string>> = {}) {
  return { run: 'node --no-warnings run.mjs', files: { 'run.mjs': text, ...files } };
}

export const UNSEEN_PROGRAMS: readonly Case[] = [
  {
    name: 'events sent one by one, each noted after',
    ...python(`import json, os
done = json.load(open('done.json')) if os.path.exists('done.json') else []
for event in ['e1', 'e2', 'e3']:
    if event in done: continue
    with open('outbox', 'a') as f: f.write(event + '\\n')
    done.append(event)
    with open('done.tmp', 'w') as f: json.dump(done, f)
    os.replace('done.tmp', 'done.json')
`),
    twice: 'nothing to do',
    interrupted: 'repeated effect',
    because: 'killed between an event and its note, it is sent again',
  },
  {
    name: 'events kept by their names, each noted after',
    ...python(`import json, os
done = json.load(open('done.json')) if os.path.exists('done.json') else []
os.makedirs('outbox', exist_ok=True)
for event in ['e1', 'e2', 'e3']:
    if event in done: continue
    with open('outbox/' + event, 'w') as f: f.write(event + '\\n')
    done.append(event)
    with open('done.tmp', 'w') as f: json.dump(done, f)
    os.replace('done.tmp', 'done.json')
`),
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'killed between an event and its note, the same file is written again',
  },
  {
    name: 'a store by content, written straight',
    ...python(`import hashlib, os
os.makedirs('store', exist_ok=True)
for name in sorted(os.listdir('in')):
    data = open('in/' + name, 'rb').read()
    path = 'store/' + hashlib.sha256(data).hexdigest()
    if not os.path.exists(path):
        with open(path, 'wb') as f: f.write(data)
`),
    twice: 'nothing to do',
    interrupted: 'silent damage',
    because: 'an empty file is taken for the content of its name',
  },
  {
    name: 'pickle, whose reader forgives',
    ...python(`import pickle
try:
    with open('s.pkl', 'rb') as f: seen = pickle.load(f)
except (EOFError, FileNotFoundError):
    seen = []
if 'new' not in seen: seen.append('new')
with open('s.pkl', 'wb') as f: pickle.dump(seen, f)
`),
    setup: "python3 -c \"import pickle; pickle.dump(['old'], open('s.pkl', 'wb'))\"",
    twice: 'touched only',
    interrupted: 'silent damage',
    because: 'killed when the file was emptied, the next run begins with nothing, and says nothing',
  },
  {
    name: 'zipfile that appends',
    ...python("import zipfile\nwith zipfile.ZipFile('a.zip', 'a') as z: z.write('in/a.txt')\n"),
    twice: 'changed again',
    interrupted: 'silent damage',
    because: 'each run adds the member once more; a torn archive is taken for something in front',
  },
  {
    name: 'zipfile from nothing, with no times',
    ...python(`import zipfile
with zipfile.ZipFile('a.zip', 'w') as z:
    for name in ['in/a.txt', 'in/b.txt']: z.writestr(zipfile.ZipInfo(name), open(name).read())
`),
    twice: 'touched only',
    interrupted: 'recovers',
    because: 'the archive is emptied and written again, with the same bytes',
  },
  {
    name: 'work with a log of it',
    ...python(`import logging, os, shutil
logging.basicConfig(filename='job.log', level=logging.INFO, format='%(asctime)s %(message)s')
logging.info('begun')
shutil.copyfile('in/a.txt', 'a.part')
os.replace('a.part', 'a.txt')
logging.info('done')
`),
    twice: 'touched only',
    interrupted: 'recovers',
    because: 'the log grows and does not count; a.txt is whole or not there',
  },
  {
    name: 'Path.touch for a lock',
    ...python(`import shutil
from pathlib import Path
lock = Path('lock')
lock.touch(exist_ok=False)
try:
    shutil.copyfile('in/a.txt', 'a.txt')
finally:
    lock.unlink()
`),
    twice: 'touched only',
    interrupted: 'stuck',
    because: 'a killed run leaves the lock, and nobody else removes it',
  },
  {
    name: 'a row, then its receipt, unless the row is there',
    ...python(`import sqlite3
db = sqlite3.connect('t.db')
db.execute('CREATE TABLE IF NOT EXISTS paid (id TEXT PRIMARY KEY, amount INTEGER)')
if db.execute("SELECT 1 FROM paid WHERE id = 'i1'").fetchone() is None:
    db.execute("INSERT INTO paid VALUES ('i1', 5)")
    db.commit()
    with open('receipt-i1', 'w') as f: f.write('paid 5\\n')
`),
    twice: 'nothing to do',
    interrupted: 'silent damage',
    because: 'killed after the row, its receipt never comes',
  },
  {
    name: 'a receipt, then its row, unless the row is there',
    ...python(`import sqlite3
db = sqlite3.connect('t.db')
db.execute('CREATE TABLE IF NOT EXISTS paid (id TEXT PRIMARY KEY, amount INTEGER)')
if db.execute("SELECT 1 FROM paid WHERE id = 'i1'").fetchone() is None:
    with open('receipt-i1', 'w') as f: f.write('paid 5\\n')
    db.execute("INSERT INTO paid VALUES ('i1', 5)")
    db.commit()
`),
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'the receipt may be written again, and only then there is the row',
  },
  {
    name: 'jobs of a table, sent and then marked',
    ...python(`import sqlite3
db = sqlite3.connect('t.db')
for (id,) in db.execute("SELECT id FROM job WHERE state = 'new' ORDER BY id").fetchall():
    with open('sent', 'a') as f: f.write(f'job {id}\\n')
    db.execute("UPDATE job SET state = 'done' WHERE id = ?", [id])
    db.commit()
`),
    setup:
      "python3 -c \"import sqlite3; db = sqlite3.connect('t.db'); db.executescript('CREATE TABLE job (id INTEGER PRIMARY KEY, state TEXT); INSERT INTO job VALUES (1, \\'new\\'), (2, \\'new\\')')\"",
    twice: 'nothing to do',
    interrupted: 'repeated effect',
    because: 'killed between a job and its mark, it is sent again',
  },
  {
    name: 'a counter written over itself',
    ...python(
      "with open('n', 'r+') as f:\n    n = int(f.read())\n    f.seek(0)\n    f.write(str(n + 1))\n",
      { n: '41' },
    ),
    twice: 'changed again',
    interrupted: 'repeated effect',
    because: 'each run counts on, with one write',
  },
  {
    name: 'a column added to a table in a file, in place',
    ...python(
      `import csv
rows = list(csv.reader(open('t.csv', newline='')))
for row in rows:
    if len(row) < 3: row.append(str(len(row[0])))
with open('t.csv', 'w', newline='') as f: csv.writer(f).writerows(rows)
`,
      { 't.csv': 'apple,1\r\npear,2\r\n' },
    ),
    twice: 'touched only',
    interrupted: 'silent damage',
    because: 'killed when the file was emptied, there are no rows left',
  },
  {
    name: 'a folder of tempfile beside, then a rename',
    ...python(`import os, shutil, tempfile
with tempfile.TemporaryDirectory(dir='.') as folder:
    shutil.copyfile('in/a.txt', folder + '/a')
    os.replace(folder + '/a', 'a.txt')
`),
    twice: 'touched only',
    interrupted: 'leftovers',
    because: 'a.txt is whole or not there, and the folder of a killed run stays',
  },
  {
    name: 'a free name beside what is there',
    ...python(`import os, shutil
os.makedirs('kept', exist_ok=True)
to, n = 'kept/a.txt', 1
while os.path.exists(to):
    to, n = f'kept/a-{n}.txt', n + 1
shutil.copyfile('in/a.txt', to)
`),
    twice: 'changed again',
    interrupted: 'repeated effect',
    because: 'each run takes the next free name',
  },
  {
    name: 'the first line of a queue, in place',
    ...python(
      `lines = open('queue').read().splitlines()
if lines:
    with open('done', 'a') as f: f.write(lines[0] + '\\n')
    with open('queue', 'w') as f: f.write(''.join(one + '\\n' for one in lines[1:]))
`,
      { queue: 'a\nb\nc\nd\n' },
    ),
    twice: 'changed again',
    interrupted: 'silent damage',
    because: 'each run takes the next line; killed when the queue was emptied, all others are lost',
  },
  {
    name: 'writeFile beside, then rename, all with promises',
    ...node(`import { readFile, rename, writeFile } from 'node:fs/promises';
const text = await readFile('in/a.txt', 'utf8');
await writeFile('a.json.tmp', JSON.stringify(text.split('\\n')));
await rename('a.json.tmp', 'a.json');
`),
    twice: 'touched only',
    interrupted: 'recovers',
    because: 'a.json is whole or not there, and the other name is used again',
  },
  {
    name: 'cpSync without force',
    ...node(
      "import { cpSync } from 'node:fs';\ncpSync('in', 'out', { recursive: true, force: false });\n",
    ),
    twice: 'nothing to do',
    interrupted: 'silent damage',
    because: 'what is there is left, also where it is half there',
  },
  {
    name: 'a stream of many lines that appends',
    ...node(`import { createWriteStream } from 'node:fs';
const out = createWriteStream('lines', { flags: 'a' });
for (let n = 0; n < 500; n++) out.write('line ' + n + '\\n');
out.end();
`),
    twice: 'changed again',
    interrupted: 'repeated effect',
    because: 'each run adds its lines',
  },
  {
    name: 'a folder removed, and built from nothing',
    ...node(`import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
rmSync('dist', { recursive: true, force: true });
mkdirSync('dist/css', { recursive: true });
for (const name of ['index.html', 'css/a.css', 'css/b.css']) writeFileSync('dist/' + name, name);
`),
    twice: 'touched only',
    interrupted: 'recovers',
    because: 'nothing of an earlier run stays',
  },
  {
    name: 'a pipeline through gzip, unless it is there',
    ...node(`import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
if (!existsSync('b.gz')) {
  await pipeline(createReadStream('in/b.txt'), createGzip(), createWriteStream('b.gz'));
}
`),
    twice: 'nothing to do',
    interrupted: 'silent damage',
    because: 'an empty file is taken for the packed one',
  },
  {
    name: 'randomUUID in a list that is renamed',
    ...node(`import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
const all = existsSync('ids.json') ? JSON.parse(readFileSync('ids.json', 'utf8')) : [];
writeFileSync('ids.tmp', JSON.stringify([...all, randomUUID()]));
renameSync('ids.tmp', 'ids.json');
`),
    twice: 'changed again',
    interrupted: 'repeated effect',
    because: 'each run adds one',
  },
  {
    name: 'linkSync: published once, whole',
    ...node(`import { linkSync, rmSync, writeFileSync } from 'node:fs';
writeFileSync('page.tmp', 'x'.repeat(1000));
try {
  linkSync('page.tmp', 'page');
} catch (error) {
  if (error.code !== 'EEXIST') throw error;
}
rmSync('page.tmp');
`),
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'the name is given to what is whole; the next run removes the other one',
  },
  {
    name: 'settings in place, whose reader forgives',
    ...node(
      `import { readFileSync, writeFileSync } from 'node:fs';
let all = {};
try {
  all = JSON.parse(readFileSync('s.json', 'utf8'));
} catch {}
writeFileSync('s.json', JSON.stringify({ ...all, theme: 'dark' }));
`,
      { 's.json': '{"user":"me"}' },
    ),
    twice: 'touched only',
    interrupted: 'silent damage',
    because: 'killed when the file was emptied, the next run begins with nothing, and says nothing',
  },
  {
    name: 'a lock with a process id, made before that is written',
    ...node(`import { closeSync, copyFileSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
function take() {
  try {
    return openSync('lock', 'wx');
  } catch {
    if (isAlive(Number(readFileSync('lock', 'utf8')))) process.exit(1);
    rmSync('lock');
    return openSync('lock', 'wx');
  }
}
const file = take();
writeSync(file, String(process.pid));
closeSync(file);
copyFileSync('in/a.txt', 'a.txt');
rmSync('lock');
`),
    twice: 'touched only',
    interrupted: 'stuck',
    because: 'killed before the id was written, an empty lock reads as 0, which always lives',
  },
];
