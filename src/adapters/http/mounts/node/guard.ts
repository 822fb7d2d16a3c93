import type { ServerResponse } from 'node:http';
import type { Engine } from '../../engine/engine.ts';
import type { Answer, NeutralRequest } from '../../engine/types.ts';
import { NodeCapture } from './capture.ts';
import { sendAnswer } from './send.ts';

/**
 * Handles a request of node:http once for its key, and sends the answer. `go` starts the handler, which
 * answers by the response; where it throws, that has to be told to the capture. `send` answers in place of
 * a handler that is not run.
 * @returns `pass` where the request has no key: then nothing was done, and the handler is to be run.
 * @throws what the engine throws; the response is then the framework's to answer by, whatever was captured.
 */
export async function guard<Request extends object>(
  engine: Engine<Request>,
  request: Request,
  neutral: NeutralRequest,
  response: ServerResponse,
  go: (capture: NodeCapture) => void,
  send: (answer: Answer) => void = (answer) => sendAnswer(response, answer),
): Promise<'pass' | 'handled'> {
  let capture: NodeCapture | undefined;
  const handle = () => {
    response.setHeader('idempotency-key', neutral.header('idempotency-key') ?? '');
    capture = new NodeCapture(response, engine.settings.maxResponseBody);
    go(capture);
    return capture.captured;
  };
  const handled = await engine.handle(request, neutral, handle).catch((error: unknown) => {
    capture?.discard();
    throw error;
  });
  if (handled.kind === 'pass') return 'pass';
  if (handled.kind === 'own') capture?.release();
  else if (capture === undefined) send(handled.answer);
  else capture.replace(handled.answer);
  return 'handled';
}
