type Sqlite = typeof import('node:sqlite');

/** Node's SQLite, without the warning of Node 22 that it is new: that is no news for a user. */
export function loadSqlite(): Sqlite {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
