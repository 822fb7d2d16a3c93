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

// For both families, as localhost may be of either; where there is no IPv6, for the other one.
static int listen_here(int port) {
  struct sockaddr_in6 both = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
  struct sockaddr_in old = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  int no = 0, listener = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener >= 0 && setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no) == 0 &&
      bind(listener, (struct sockaddr *)&both, sizeof both) == 0 && listen(listener, BACKLOG) == 0)
    return listener;
  if (listener >= 0) close(listener);
  listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&old, sizeof old) != 0 ||
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

static void take(int listener, const char *name) {
  int inside = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  if (inside >= 0 && fork() == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    pass_on(inside, name);
  }
  if (inside >= 0) close(inside);
}

// The last of what is waited for is the end.
static _Noreturn void relay(struct pollfd *waits, const struct options *options) {
  int count = options->relay_count;
  signal(SIGPIPE, SIG_IGN);
  while (!waits[count].revents) {
    while (waitpid(-1, NULL, WNOHANG) > 0) {}
    if (poll(waits, (nfds_t)count + 1, -1) < 0) continue;
    for (int index = 0; index < count; index++)
      if (waits[index].revents) take(waits[index].fd, basename((char *)options->relays[index].socket));
  }
  for (int index = 0; index < count; index++) close(waits[index].fd);
  // What was sent is passed on to its end, though nobody waits for the answer.
  alarm(LAST_SECONDS);
  while (wait(NULL) > 0 || errno == EINTR) {}
  _exit(0);
}

pid_t start_relay(const struct options *options) {
  char folder[PATH_MAX];
  struct pollfd waits[MAX_RELAYS + 1];
  int ends[2], count = options->relay_count;
  snprintf(folder, sizeof folder, "%s", options->relays[0].socket);
  if (chdir(dirname(folder)) != 0) fail(EXIT_CANNOT_ISOLATE, "cannot go to", folder);
  for (int index = 0; index < count; index++)
    waits[index] = (struct pollfd){.fd = listen_here(options->relays[index].port), .events = POLLIN};
  if (pipe2(ends, O_CLOEXEC) != 0) fail(EXIT_CANNOT_ISOLATE, "cannot make a pipe", NULL);
  waits[count] = (struct pollfd){.fd = ends[0], .events = POLLIN};
  pid_t pid = fork();
  if (pid < 0) fail(EXIT_CANNOT_ISOLATE, "cannot fork", NULL);
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(ends[1]);
    relay(waits, options);
  }
  for (int index = 0; index <= count; index++) close(waits[index].fd);
  over = ends[1];
  return pid;
}

void end_relay(pid_t pid) {
  close(over);
  while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
}
