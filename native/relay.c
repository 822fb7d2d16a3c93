// Passes on what the command sends to a port of its own network, where it is alone, to a socket outside.
#define _GNU_SOURCE
#include "native.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BACKLOG = 128, CHUNK = 65536, LAST_SECONDS = 1 };

static int over = -1; // closed by the one who started the relay when the command has ended

static int listen_here(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(RELAY_PORT)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
      listen(listener, BACKLOG) != 0)
    fail(EXIT_CANNOT_ISOLATE, "cannot listen for", "requests");
  return listener;
}

// By a relative name: what is mounted over its folder meanwhile does not hide it.
static int call_outside(const char *name) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", name);
  int outside = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (outside < 0 || connect(outside, (struct sockaddr *)&address, sizeof address) != 0) _exit(1);
  return outside;
}

// Gives false at the end of what can be read there.
static bool pump(int from, int to) {
  static char chunk[CHUNK];
  ssize_t length = read(from, chunk, sizeof chunk);
  if (length < 0 && errno == EINTR) return true;
  for (ssize_t done = 0; done < length;) {
    ssize_t written = write(to, chunk + done, (size_t)(length - done));
    if (written <= 0) return false;
    done += written;
  }
  if (length <= 0) shutdown(to, SHUT_WR);
  return length > 0;
}

static _Noreturn void pass_on(int inside, const char *name) {
  int outside = call_outside(name);
  struct pollfd ends[2] = {{.fd = inside, .events = POLLIN}, {.fd = outside, .events = POLLIN}};
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    if (poll(ends, 2, -1) < 0 && errno != EINTR) _exit(1);
    if (ends[0].revents && !pump(inside, outside)) ends[0].fd = -1;
    if (ends[1].revents && !pump(outside, inside)) ends[1].fd = -1;
  }
  _exit(0);
}

static _Noreturn void relay(int listener, int end, const char *name) {
  signal(SIGPIPE, SIG_IGN);
  struct pollfd waits[2] = {{.fd = listener, .events = POLLIN}, {.fd = end, .events = POLLIN}};
  while (!waits[1].revents) {
    while (waitpid(-1, NULL, WNOHANG) > 0) {}
    if (poll(waits, 2, -1) < 0) continue;
    if (!waits[0].revents) continue;
    int inside = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (inside >= 0 && fork() == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      close(listener);
      pass_on(inside, name);
    }
    close(inside);
  }
  // What was sent is passed on to its end, though nobody waits for the answer.
  alarm(LAST_SECONDS);
  while (wait(NULL) > 0 || errno == EINTR) {}
  _exit(0);
}

pid_t start_relay(const struct options *options) {
  char folder[PATH_MAX], name[PATH_MAX];
  snprintf(folder, sizeof folder, "%s", options->relay);
  snprintf(name, sizeof name, "%s", options->relay);
  if (chdir(dirname(folder)) != 0) fail(EXIT_CANNOT_ISOLATE, "cannot go to", folder);
  int listener = listen_here(), ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) fail(EXIT_CANNOT_ISOLATE, "cannot make a pipe", NULL);
  pid_t pid = fork();
  if (pid < 0) fail(EXIT_CANNOT_ISOLATE, "cannot fork", NULL);
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(ends[1]);
    relay(listener, ends[0], basename(name));
  }
  close(listener);
  close(ends[0]);
  over = ends[1];
  return pid;
}

void end_relay(pid_t pid) {
  close(over);
  while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
}
