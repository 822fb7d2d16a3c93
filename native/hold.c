// The processes of all runs are in one space, so that a later run sees, as on any machine, that those of an
// earlier one are dead, and that they had other ids.
#define _GNU_SOURCE
#include "native.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

int hold_processes(void) {
  leave_user();
  if (unshare(CLONE_NEWPID) != 0) fail(EXIT_CANNOT_ISOLATE, "cannot make processes apart", NULL);
  pid_t first = fork();
  if (first < 0) fail(EXIT_CANNOT_ISOLATE, "cannot fork", NULL);
  if (first == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGCHLD, SIG_IGN); // it becomes the parent of all that lost theirs
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    for (;;) pause();
  }
  printf("%d\n", first);
  fflush(stdout);
  char any;
  while (read(STDIN_FILENO, &any, 1) > 0) {}
  kill(first, SIGKILL);
  return 0;
}
