#include "folders.h"
#include "native.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

_Noreturn void fail(int code, const char *what, const char *about) {
  fprintf(stderr, "runtwice-native: %s%s%s: %s\n", what, about ? " " : "", about ? about : "",
          strerror(errno));
  _exit(code);
}

static _Noreturn void usage(const char *what) {
  fprintf(stderr, "runtwice-native: %s\n", what);
  _exit(EXIT_USAGE);
}

static long number_of(const char *text) {
  char *end;
  long number = strtol(text, &end, 10);
  if (*text == '\0' || *end != '\0' || number < 0) usage("a number is none");
  return number;
}

// PORT=SOCKET
static struct relay relay_of(const char *text) {
  char *end;
  long port = strtol(text, &end, 10);
  if (*end != '=' || port < 1 || port > 65535) usage("a relay is none");
  return (struct relay){.port = (int)port, .socket = end + 1};
}

static struct options parse(char **argv) {
  struct options options = {.events = -1, .home = "/run/runtwice/home", .again_after_ms = -1, .nth = 1};
  for (argv++; *argv; argv++) {
    const char *name = *argv;
    if (strcmp(name, "--") == 0) {
      options.command = argv + 1;
      return options;
    }
    if (strcmp(name, "--isolate") == 0) {
      options.isolate = true;
      continue;
    }
    const char *value = *++argv;
    if (value == NULL) usage("an option has no value");
    if (strcmp(name, "--scratch") == 0) options.scratch = value;
    else if (strcmp(name, "--at") == 0) options.at = value;
    else if (strcmp(name, "--relay") == 0 && options.relay_count < MAX_RELAYS)
      options.relays[options.relay_count++] = relay_of(value);
    else if (strcmp(name, "--home") == 0) options.home = value;
    else if (strcmp(name, "--events") == 0) options.events = (int)number_of(value);
    else if (strcmp(name, "--kill") == 0) options.kill = value;
    else if (strcmp(name, "--effect") == 0) options.effect = value;
    else if (strcmp(name, "--path") == 0) options.path = value;
    else if (strcmp(name, "--nth") == 0) options.nth = number_of(value);
    else if (strcmp(name, "--processes-of") == 0) options.processes_of = number_of(value);
    else if (strcmp(name, "--again-after") == 0) options.again_after_ms = number_of(value);
    else if (strcmp(name, "--fail") == 0) options.fail = value;
    else if (strcmp(name, "--clock-ahead") == 0) options.clock_ahead_s = number_of(value);
    else if (strcmp(name, "--visible") == 0 && options.visible_count < MAX_PLACES)
      options.visible[options.visible_count++] = value;
    else if (strcmp(name, "--writable") == 0 && options.writable_count < MAX_PLACES)
      options.writable[options.writable_count++] = value;
    else usage("there is no such option, or too many of it");
  }
  return options;
}

// Ends as the child did, so that whoever waits for us sees the same.
static int end_like(int status) {
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  int number = WTERMSIG(status);
  signal(number, SIG_DFL);
  kill(getpid(), number);
  return 128 + number;
}

static _Noreturn void run_in_child(const struct options *options) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (options->isolate) hide_host(options);
  _exit(run_traced(options));
}

// Without a space of processes of its own: what the tracer ends as it ends becomes our child, and is waited for.
static int run_here(const struct options *options) {
  // Whoever started us may be killed: nothing goes on then that nobody waits for.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  pid_t tracer = fork();
  if (tracer < 0) fail(EXIT_CANNOT_TRACE, "cannot fork", NULL);
  if (tracer == 0) run_in_child(options);
  int status, other;
  while (waitpid(tracer, &status, 0) < 0 && errno == EINTR) {}
  while (waitpid(-1, &other, __WALL) > 0 || errno == EINTR) {}
  return end_like(status);
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "--hold") == 0) return hold_processes();
  if (argc == 3 && strcmp(argv[1], "--remove") == 0) return remove_all(argv[2]);
  if (argc == 5 && strcmp(argv[1], "--changes") == 0) return tell_changes(argv[2], argv[3], argv[4]);
  if (argc >= 4 && strcmp(argv[1], "--like") == 0) return make_like(argv[2], argv[3], argv[4]);
  struct options options = parse(argv);
  if (options.command == NULL || *options.command == NULL) usage("there is no command");
  if (options.isolate && !(options.scratch && options.at && options.processes_of))
    usage("--isolate needs --scratch, --at and --processes-of");
  if ((options.kill || options.fail) && !(options.effect && options.path))
    usage("--kill and --fail need --effect and --path");
  if (!options.isolate) return run_here(&options);
  leave_host(&options);
  pid_t relay = options.relay_count > 0 ? start_relay(&options) : -1;
  leave_processes(&options);
  pid_t first = fork();
  if (first < 0) fail(EXIT_CANNOT_ISOLATE, "cannot fork", NULL);
  if (first == 0) run_in_child(&options);
  // Who is told to stop passes it on: with the tracer all ends that it traces.
  signal(SIGINT, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  int status;
  while (waitpid(first, &status, 0) < 0 && errno == EINTR) {}
  if (relay > 0) end_relay(relay);
  return end_like(status);
}
