import { parentPort } from 'node:worker_threads';
import { type ChunkRequest, SOURCE, StatChunk, TARGET } from './stat-chunk.ts';

/** The other thread of {@link StatAhead}: begins with the side that the main thread does last. */
parentPort?.on('message', (request: ChunkRequest) => {
  const chunk = new StatChunk(request);
  chunk.help(TARGET);
  chunk.help(SOURCE);
});
