import type { IoredisClient } from './ioredis.ts';

/** A command is waited for by the process, but a client that nobody asks is not. */
export function idleWithoutProcess(client: IoredisClient): IoredisClient {
  const timer = setInterval(() => {}, 2 ** 30).unref();
  let asked = 0;
  const held = async <Reply>(ask: () => Promise<Reply>): Promise<Reply> => {
    if (asked++ === 0) timer.ref();
    try {
      return await ask();
    } finally {
      if (--asked === 0) timer.unref();
    }
  };
  return {
    call: (command, args) => held(() => client.call(command, args)),
    pipeline(commands) {
      const pipeline = client.pipeline(commands);
      return { exec: () => held(() => pipeline.exec()) };
    },
  };
}
