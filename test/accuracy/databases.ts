// SQLite, from its shell, from Python and from Node.
import type { Case } from './case.ts';

export const DATABASES: readonly Case[] = [
  {
    name: 'create table',
    run: 'sqlite3 t.db "CREATE TABLE t (x)"',
    needs: ['sqlite3'],
    twice: 'refused',
    interrupted: 'recovers',
    because: 'the table is there already; a statement is made as a whole',
  },
  {
    name: 'create table if not exists',
    run: 'sqlite3 t.db "CREATE TABLE IF NOT EXISTS t (x)"',
    needs: ['sqlite3'],
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'it looks first, and a statement is made as a whole',
  },
  {
    name: 'insert',
    run: 'sqlite3 t.db "INSERT INTO t (n) VALUES (5)"',
    setup:
      'sqlite3 t.db "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 10)"',
    needs: ['sqlite3'],
    twice: 'changed again',
    interrupted: 'repeated effect',
    because: 'each run adds a row',
  },
  {
    name: 'insert or ignore',
    run: 'sqlite3 t.db "INSERT OR IGNORE INTO t VALUES (2, 5)"',
    setup:
      'sqlite3 t.db "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 10)"',
    needs: ['sqlite3'],
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'the key is taken, and nothing is written',
  },
  {
    name: 'insert with a key',
    run: 'sqlite3 t.db "INSERT INTO t VALUES (2, 5)"',
    setup:
      'sqlite3 t.db "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 10)"',
    needs: ['sqlite3'],
    twice: 'refused',
    interrupted: 'recovers',
    because: 'the key is taken, which is an error',
  },
  {
    name: 'insert where not exists',
    run: 'sqlite3 t.db "INSERT INTO t (n) SELECT 5 WHERE NOT EXISTS (SELECT 1 FROM t WHERE n = 5)"',
    setup:
      'sqlite3 t.db "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 10)"',
    needs: ['sqlite3'],
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'one statement looks and inserts',
  },
  {
    name: 'upsert',
    run: 'sqlite3 t.db "INSERT INTO t VALUES (2, 5) ON CONFLICT (id) DO UPDATE SET n = excluded.n"',
    setup:
      'sqlite3 t.db "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 10)"',
    needs: ['sqlite3'],
    twice: 'nothing to do',
    interrupted: 'recovers',
    because:
      'SQLite writes no row that is as it was (seen by hand: the bytes and the time stay; the label said touched)',
  },
  {
    name: 'upsert that counts',
    run: 'sqlite3 t.db "INSERT INTO t VALUES (2, 1) ON CONFLICT (id) DO UPDATE SET n = n + 1"',
    setup:
      'sqlite3 t.db "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 10)"',
    needs: ['sqlite3'],
    twice: 'changed again',
    interrupted: 'repeated effect',
    because: 'each run counts on',
  },
  {
    name: 'update to a value',
    run: 'sqlite3 t.db "UPDATE t SET n = 5 WHERE id = 1"',
    setup:
      'sqlite3 t.db "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 10)"',
    needs: ['sqlite3'],
    twice: 'nothing to do',
    interrupted: 'recovers',
    because:
      'SQLite writes no row that is as it was (seen by hand: the bytes and the time stay; the label said touched)',
  },
  {
    name: 'update by a sum',
    run: 'sqlite3 t.db "UPDATE t SET n = n - 1 WHERE id = 1"',
    setup:
      'sqlite3 t.db "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 10)"',
    needs: ['sqlite3'],
    twice: 'changed again',
    interrupted: 'repeated effect',
    because: 'each run takes one more',
  },
  {
    name: 'delete',
    run: 'sqlite3 t.db "DELETE FROM t WHERE n > 5"',
    setup:
      'sqlite3 t.db "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 10)"',
    needs: ['sqlite3'],
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'what is gone is not found',
  },
  {
    name: 'a time in a row',
    run: "sqlite3 t.db \"INSERT INTO t (n) VALUES (strftime('%s', 'now'))\"",
    setup:
      'sqlite3 t.db "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 10)"',
    needs: ['sqlite3'],
    twice: 'changed again',
    interrupted: 'repeated effect',
    because: 'each run adds a row',
  },
  {
    name: 'insert, then update, each for itself',
    run: 'sqlite3 t.db "INSERT INTO t VALUES (2, 5); UPDATE t SET n = n - 5 WHERE id = 1"',
    setup:
      'sqlite3 t.db "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 10)"',
    needs: ['sqlite3'],
    twice: 'refused',
    interrupted: 'stuck',
    because: 'killed between both, the key is taken, and the update never comes',
  },
  {
    name: 'insert and update in a transaction',
    run: 'sqlite3 t.db "BEGIN; INSERT INTO t VALUES (2, 5); UPDATE t SET n = n - 5 WHERE id = 1; COMMIT"',
    setup:
      'sqlite3 t.db "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 10)"',
    needs: ['sqlite3'],
    twice: 'refused',
    interrupted: 'recovers',
    because: 'both or none',
  },
  {
    name: 'a version, after the change',
    run: '[ "$(sqlite3 t.db "PRAGMA user_version")" -ge 1 ] || sqlite3 t.db "ALTER TABLE t ADD COLUMN y; PRAGMA user_version = 1"',
    setup:
      'sqlite3 t.db "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 10)"',
    needs: ['sqlite3'],
    twice: 'nothing to do',
    interrupted: 'stuck',
    because: 'killed between both, the column is there twice to it',
  },
  {
    name: 'a version, with the change',
    run: '[ "$(sqlite3 t.db "PRAGMA user_version")" -ge 1 ] || sqlite3 t.db "BEGIN; ALTER TABLE t ADD COLUMN y; PRAGMA user_version = 1; COMMIT"',
    setup:
      'sqlite3 t.db "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 10)"',
    needs: ['sqlite3'],
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'both or none',
  },
  {
    name: 'a version, before the change',
    run: '[ "$(sqlite3 t.db "PRAGMA user_version")" -ge 1 ] || sqlite3 t.db "PRAGMA user_version = 1; ALTER TABLE t ADD COLUMN y"',
    setup:
      'sqlite3 t.db "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 10)"',
    needs: ['sqlite3'],
    twice: 'nothing to do',
    interrupted: 'silent damage',
    because: 'killed between both, the change never comes',
  },
  {
    name: '.import',
    run: 'sqlite3 -csv t.db ".import rows.csv t"',
    files: { 'rows.csv': '7,70\n8,80\n' },
    setup: 'sqlite3 t.db "CREATE TABLE t (id INTEGER, n INTEGER); INSERT INTO t VALUES (1, 10)"',
    needs: ['sqlite3'],
    twice: 'changed again',
    interrupted: 'repeated effect',
    because: 'each run adds the rows, in one transaction',
  },
  {
    name: '.dump',
    run: 'sqlite3 t.db .dump > dump.sql',
    setup:
      'sqlite3 t.db "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 10)"',
    needs: ['sqlite3'],
    twice: 'touched only',
    interrupted: 'recovers',
    because: 'the file is emptied and written again',
  },
  {
    name: '.backup',
    run: 'sqlite3 t.db ".backup copy.db"',
    setup:
      'sqlite3 t.db "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 10)"',
    needs: ['sqlite3'],
    twice: 'touched only',
    interrupted: 'recovers',
    because: 'the copy is written again, in a transaction',
  },
  {
    name: 'vacuum',
    run: 'sqlite3 t.db VACUUM',
    setup:
      'sqlite3 t.db "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 10)"',
    needs: ['sqlite3'],
    twice: 'touched only',
    interrupted: 'recovers',
    because: 'the file is written again, in a transaction',
  },
  {
    name: 'WAL',
    run: 'sqlite3 t.db "PRAGMA journal_mode = WAL; INSERT OR IGNORE INTO t VALUES (2, 5)"',
    setup:
      'sqlite3 t.db "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 10)"',
    needs: ['sqlite3'],
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'the key is taken; the WAL is read by whoever opens it next',
  },
  {
    name: 'WAL that adds',
    run: 'sqlite3 t.db "PRAGMA journal_mode = WAL; INSERT INTO t (n) VALUES (5)"',
    setup:
      'sqlite3 t.db "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 10)"',
    needs: ['sqlite3'],
    twice: 'changed again',
    interrupted: 'repeated effect',
    because: 'each run adds a row',
  },
  {
    name: 'migrations, each and its note apart',
    run: 'python3 migrate.py',
    files: {
      'migrate.py':
        "import sqlite3\ndb = sqlite3.connect('t.db', isolation_level=None)\ndb.execute('CREATE TABLE IF NOT EXISTS done (name TEXT PRIMARY KEY)')\nfor name, sql in [('1', 'CREATE TABLE a (x)'), ('2', 'ALTER TABLE a ADD COLUMN y'), ('3', \"INSERT INTO a VALUES (1, 2)\")]:\n    if db.execute('SELECT 1 FROM done WHERE name = ?', [name]).fetchone(): continue\n    db.execute(sql)\n    db.execute('INSERT INTO done VALUES (?)', [name])\n",
    },
    needs: ['python3'],
    twice: 'nothing to do',
    interrupted: 'stuck',
    because: 'killed between a change and its note, the change is made again, which is an error',
  },
  {
    name: 'migrations, each with its note',
    run: 'python3 migrate.py',
    files: {
      'migrate.py':
        "import sqlite3\ndb = sqlite3.connect('t.db', isolation_level=None)\ndb.execute('CREATE TABLE IF NOT EXISTS done (name TEXT PRIMARY KEY)')\nfor name, sql in [('1', 'CREATE TABLE a (x)'), ('2', 'ALTER TABLE a ADD COLUMN y'), ('3', \"INSERT INTO a VALUES (1, 2)\")]:\n    if db.execute('SELECT 1 FROM done WHERE name = ?', [name]).fetchone(): continue\n    db.execute('BEGIN')\n    db.execute(sql)\n    db.execute('INSERT INTO done VALUES (?)', [name])\n    db.execute('COMMIT')\n",
    },
    needs: ['python3'],
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'both or none',
  },
  {
    name: 'rows one by one in Python, without a transaction',
    run: 'python3 fill.py',
    files: {
      'fill.py':
        "import sqlite3\ndb = sqlite3.connect('t.db', isolation_level=None)\ndb.execute('CREATE TABLE IF NOT EXISTS t (x)')\nif db.execute('SELECT count(*) FROM t').fetchone()[0] == 0:\n    for n in range(3): db.execute('INSERT INTO t VALUES (?)', [n])\n",
    },
    needs: ['python3'],
    twice: 'nothing to do',
    interrupted: 'silent damage',
    because: 'a table with some of the rows is taken for a full one',
  },
  {
    name: 'rows in one transaction in Python',
    run: 'python3 fill.py',
    files: {
      'fill.py':
        "import sqlite3\ndb = sqlite3.connect('t.db')\ndb.execute('CREATE TABLE IF NOT EXISTS t (x)')\nif db.execute('SELECT count(*) FROM t').fetchone()[0] == 0:\n    for n in range(3): db.execute('INSERT INTO t VALUES (?)', [n])\n    db.commit()\n",
    },
    needs: ['python3'],
    twice: 'nothing to do',
    interrupted: 'recovers',
    because: 'all rows or none',
  },
  {
    name: 'node:sqlite, an upsert',
    run: 'node --no-warnings w.mjs',
    files: {
      'w.mjs':
        "import { DatabaseSync } from 'node:sqlite';\nconst db = new DatabaseSync('t.db');\ndb.exec('CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, name TEXT, at REAL)');\ndb.exec(\"REPLACE INTO t VALUES (1, 'a', 0)\");\n",
    },
    twice: 'touched only',
    interrupted: 'recovers',
    because: 'the row is written again',
  },
  {
    name: 'node:sqlite, an insert with the time',
    run: 'node --no-warnings w.mjs',
    files: {
      'w.mjs':
        "import { DatabaseSync } from 'node:sqlite';\nconst db = new DatabaseSync('t.db');\ndb.exec('CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, name TEXT, at REAL)');\ndb.prepare('INSERT INTO t (name, at) VALUES (?, ?)').run('a', Date.now());\n",
    },
    twice: 'changed again',
    interrupted: 'repeated effect',
    because: 'each run adds a row',
  },
];
