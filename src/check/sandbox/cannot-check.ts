/** Something about this machine or folder stands in the way of any check: that is no answer about the command. */
export class CannotCheck extends Error {}

/** The command cannot be kept apart here. */
export class CannotIsolate extends CannotCheck {
  constructor(why: string) {
    super(`the machine cannot keep a command apart: ${why}`);
  }
}
