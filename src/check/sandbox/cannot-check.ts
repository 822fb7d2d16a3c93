/** Something about this machine or folder stands in the way of any check: that is no answer about the command. */
export class CannotCheck extends Error {}
