/** An end that has one clear line to say, and needs no stack trace. */
export class Stop extends Error {
  readonly exit: number;

  constructor(message: string, exit = 1) {
    super(message);
    this.exit = exit;
  }
}

export function isStop(error: unknown): error is Stop {
  return error instanceof Stop;
}
