// Reads what strace saw of one export, and says where a name became visible before its bytes were on
// disk: the state a power cut could leave. A stand-in for pulling the plug, which needs a device that
// drops writes; it shows the order of the calls, not what the disk makes of them.

/** A rule that was broken, and by which line. */
export interface Violation {
  readonly rule: 'bytes after name' | 'name not synced';
  readonly line: string;
}

interface State {
  /** Files with bytes that were not synced, by path. */
  readonly dirty: Set<string>;
  /** Folders with a new name that was not synced. */
  readonly named: Set<string>;
  readonly violations: Violation[];
}

/** Checks a log of `strace -f -y` with the calls of {@link TRACED}. */
export function orderViolations(log: string): Violation[] {
  const state: State = { dirty: new Set(), named: new Set(), violations: [] };
  const open = new Map<string, string>();
  for (const line of joined(log)) read(line, state, open);
  for (const folder of state.named) {
    state.violations.push({ rule: 'name not synced', line: folder });
  }
  return state.violations;
}

export const TRACED = 'write,pwrite64,copy_file_range,sendfile,ftruncate,fsync,link,openat';

/** A call that another thread interrupted is logged in two parts. */
function joined(log: string): string[] {
  const begun = new Map<string, string>();
  const whole: string[] = [];
  for (const line of log.split('\n')) {
    const [, thread = '', text = ''] = /^(\d+)\s+(.*)$/u.exec(line) ?? [];
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/u.exec(text);
    if (text.endsWith('<unfinished ...>')) begun.set(thread, text.slice(0, -16));
    else if (resumed) whole.push(`${begun.get(thread) ?? ''}${resumed[1] ?? ''}`);
    else whole.push(text);
  }
  return whole;
}

function read(line: string, state: State, open: Map<string, string>): void {
  const [, call = '', args = '', result = ''] = /^(\w+)\((.*)\)\s+= (.*)$/u.exec(line) ?? [];
  if (call === '' || result.startsWith('-1')) return;
  const paths = [...args.matchAll(/\d+<([^>]*)>/gu)].map((match) => match[1] ?? '');
  if (call === 'fsync') {
    for (const path of paths) for (const set of [state.dirty, state.named]) set.delete(path);
  } else if (call === 'openat') {
    const opened = /^(\d+)<([^>]*)>/u.exec(result);
    if (opened) open.set(opened[1] ?? '', opened[2] ?? '');
  } else if (call === 'link') link(args, line, state, open);
  else {
    const written = paths.at(call === 'copy_file_range' ? 1 : 0);
    if (written?.includes('/.runtwice-stage')) state.dirty.add(written);
  }
}

/** Both names go through descriptors: `/proc/self/fd/22/0`. */
function link(args: string, line: string, state: State, open: Map<string, string>): void {
  const [from = '', to = ''] = [...args.matchAll(/"([^"]*)"/gu)].map((match) =>
    (match[1] ?? '').replace(/^\/proc\/self\/fd\/(\d+)/u, (_, fd: string) => open.get(fd) ?? ''),
  );
  if (state.dirty.has(from)) state.violations.push({ rule: 'bytes after name', line });
  state.named.add(to.slice(0, to.lastIndexOf('/')));
}
