#define _GNU_SOURCE
#include "native.h"

#include <errno.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_NOT_FOUND = 127, EXIT_NOT_RUNNABLE = 126, GRACE_MS = 300 };

static long matches;      // so many effects were begun that are like the one to kill at
static pid_t ending = -1; // the task whose effect is the last
static volatile sig_atomic_t has_rung;

static void ring(int number) {
  (void)number;
  has_rung = 1;
}

static void ring_after(long ms) {
  struct sigaction action = {.sa_handler = ring};
  sigaction(SIGALRM, &action, NULL);
  has_rung = ms == 0;
  // Rings again, for a first one that came just before a wait.
  struct itimerval time = {.it_value = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000},
                           .it_interval = {.tv_usec = 20000}};
  setitimer(ITIMER_REAL, &time, NULL);
}

static void stop_ringing(void) {
  struct itimerval never = {0};
  setitimer(ITIMER_REAL, &never, NULL);
  has_rung = 0;
}

static _Noreturn void run(const struct options *options, int ready) {
  char sign;
  if (read(ready, &sign, 1) != 1) _exit(EXIT_CANNOT_TRACE);
  install_filter(options->clock_ahead_s != 0);
  if (options->isolate) give_up_powers();
  execvp(*options->command, options->command);
  fail(errno == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_RUNNABLE, "cannot run", *options->command);
}

static pid_t start(const struct options *options) {
  int ready[2];
  if (pipe(ready) != 0) fail(EXIT_CANNOT_TRACE, "cannot make a pipe", NULL);
  pid_t pid = fork();
  if (pid < 0) fail(EXIT_CANNOT_TRACE, "cannot fork", NULL);
  if (pid == 0) {
    close(ready[1]);
    if (options->events >= 0) close(options->events);
    run(options, ready[0]);
  }
  close(ready[0]);
  long flags = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
               PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SEIZE, pid, 0, flags) != 0) fail(EXIT_CANNOT_TRACE, "cannot trace", NULL);
  if (write(ready[1], "g", 1) != 1) fail(EXIT_CANNOT_TRACE, "cannot start the command", NULL);
  close(ready[1]);
  return pid;
}

// With the tracer ends all that it traces; in a space of their own it waits until they are gone.
static void end_all(const struct options *options) {
  if (!options->isolate) return;
  kill(-1, SIGKILL);
  while (waitpid(-1, NULL, __WALL) > 0 || errno == EINTR) {}
}

static _Noreturn void kill_all(const struct options *options) {
  write_end("killed", matches);
  end_all(options);
  _exit(128 + SIGKILL);
}

// The number of an effect would be another one in each run of a program that does several things at once.
static bool is_the_one(const struct options *options, const struct event *event) {
  if (!options->effect || !event->counts || strcmp(event->name, options->effect) != 0) return false;
  return fnmatch(options->path, event->path, FNM_PATHNAME) == 0 && ++matches == options->nth;
}

// Told once.
static void tell_failed(void) {
  static bool is_told;
  if (!is_told) write_end("failed", matches);
  is_told = true;
}

// A task is about to make a call. Gives how it goes on.
static int at_call(const struct options *options, pid_t pid) {
  struct __ptrace_syscall_info info;
  if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) <= 0) return PTRACE_CONT;
  if (info.op != PTRACE_SYSCALL_INFO_SECCOMP) return PTRACE_CONT;
  struct call call = {.number = (long)info.seccomp.nr};
  for (int index = 0; index < 6; index++) call.args[index] = info.seccomp.args[index];
  long ahead_s = options->clock_ahead_s;
  if (ahead_s != 0 && tell_time(pid, &call, ahead_s)) return PTRACE_CONT;
  if (ahead_s != 0 && begin_wait(pid, &call, ahead_s)) return PTRACE_SYSCALL;
  struct event event;
  if (!describe(pid, &call, &event)) return PTRACE_CONT;
  write_event(&event);
  bool is_it = is_the_one(options, &event);
  int error = error_at(options, &event, is_it);
  if (error != 0 && answer_call(pid, -error)) tell_failed();
  if (!is_it || !options->kill) return PTRACE_CONT;
  if (strcmp(options->kill, "before") == 0) kill_all(options);
  ending = pid;
  return PTRACE_SYSCALL;
}

static void at_stop(const struct options *options, pid_t pid, int status) {
  int number = WSTOPSIG(status), event = status >> 16;
  if (number == (SIGTRAP | 0x80) && pid == ending) kill_all(options);
  if (number == (SIGTRAP | 0x80)) end_wait(pid);
  if (event == PTRACE_EVENT_SECCOMP) {
    ptrace(at_call(options, pid), pid, 0, 0);
    return;
  }
  if (event == PTRACE_EVENT_EXEC && options->clock_ahead_s != 0 && !ask_for_time(pid))
    write_end("unmoved", pid);
  if (event == PTRACE_EVENT_STOP && number != SIGTRAP) {
    ptrace(PTRACE_LISTEN, pid, 0, 0); // stopped as a job is
    return;
  }
  ptrace(PTRACE_CONT, pid, 0, event == 0 && number != (SIGTRAP | 0x80) ? number : 0);
}

// Tasks that still run, whoever their parent is.
static void tell_left(void) {
  siginfo_t info;
  if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0) write_end("left", 1);
}

static int tell_end(int status) {
  int number = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
  write_end(WIFEXITED(status) ? "exit" : "signal", number);
  return WIFEXITED(status) ? number : 128 + number;
}

// One start of the command, or two.
struct runs {
  pid_t pids[2];
  int ends[2];
  int started, wanted, ended;
};

static void start_next(const struct options *options, struct runs *runs) {
  stop_ringing();
  runs->pids[runs->started++] = start(options);
  if (runs->started < runs->wanted) ring_after(options->again_after_ms);
}

static void note_end(struct runs *runs, pid_t pid, int status) {
  for (int index = 0; index < runs->started; index++) {
    if (runs->pids[index] != pid) continue;
    runs->ends[index] = status;
    if (++runs->ended == runs->wanted) ring_after(GRACE_MS);
  }
}

int run_traced(const struct options *options) {
  open_events(options->events);
  struct runs runs = {.wanted = options->again_after_ms < 0 ? 1 : 2};
  start_next(options, &runs);
  for (;;) {
    if (has_rung && runs.started == runs.wanted) break;
    if (has_rung) start_next(options, &runs);
    int status;
    pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0 && errno == ECHILD && runs.ended == runs.wanted) break;
    // Without a child the second start is still to come.
    if (pid < 0 && errno == ECHILD) pause();
    else if (pid > 0 && WIFSTOPPED(status)) at_stop(options, pid, status);
    else if (pid > 0) note_end(&runs, pid, status);
  }
  if (has_rung) tell_left();
  end_all(options);
  int exit = 0;
  for (int index = runs.wanted - 1; index >= 0; index--) exit = tell_end(runs.ends[index]);
  return exit;
}
