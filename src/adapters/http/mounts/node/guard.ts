import type { ServerResponse } from 'node:http';
import type { Engine } from '../../engine/engine.ts';
import type { NeutralRequest } from '../../engine/types.ts';
import { NodeCapture } from './capture.ts';
import { sendAnswer } from './send.ts';

/**
 * Handles a request of node:http once for its key, and sends the answer. `go` starts the handler, which
 * answers by the response; where it throws, that has to be told to the capture.
 * @throws what the engine throws; whoever catches it is to answer.
 * @returns `pass` where the request has no key: then nothing was done, and the handler is to be run.
 */
export async function guard<Request extends object>(
  engine: Engine<Request>,
  request: Request,
  neutral: NeutralRequest,
  response: ServerResponse,
  go: (capture: NodeCapture) => void,
): Promise<'pass' | 'handled'> {
  let capture: NodeCapture | undefined;
  const handle = () => {
    response.setHeader('idempotency-key', neutral.header('idempotency-key') ?? '');
    capture = new NodeCapture(response, engine.settings.maxResponseBody);
    go(capture);
    return capture.captured;
  };
  const handled = await engine.handle(request, neutral, handle).catch((error: unknown) => {
    capture?.leave();
    throw error;
  });
  if (handled.kind === 'pass') return 'pass';
  if (handled.kind === 'own') capture?.release();
  else if (capture === undefined) sendAnswer(response, handled.answer);
  else capture.replace(handled.answer);
  return 'handled';
}
