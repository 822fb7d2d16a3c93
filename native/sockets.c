// Whom a command talks to.
#define _GNU_SOURCE
#include "native.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static char text[256];

static int borrow(pid_t pid, long descriptor) {
  // A thread has no descriptor of a process; its leader has the same sockets.
  int process = (int)syscall(SYS_pidfd_open, pid, 0);
  if (process < 0) process = (int)syscall(SYS_pidfd_open, leader_of(pid), 0);
  if (process < 0) return -1;
  int own = (int)syscall(SYS_pidfd_getfd, process, (int)descriptor, 0);
  close(process);
  return own;
}

static bool write_address(const struct sockaddr_storage *address, const char *kind) {
  char host[INET6_ADDRSTRLEN];
  if (address->ss_family == AF_INET) {
    const struct sockaddr_in *in = (const void *)address;
    inet_ntop(AF_INET, &in->sin_addr, host, sizeof host);
    snprintf(text, sizeof text, "%s %s:%d", kind, host, ntohs(in->sin_port));
    return true;
  }
  if (address->ss_family == AF_INET6) {
    const struct sockaddr_in6 *in = (const void *)address;
    inet_ntop(AF_INET6, &in->sin6_addr, host, sizeof host);
    snprintf(text, sizeof text, "%s [%s]:%d", kind, host, ntohs(in->sin6_port));
    return true;
  }
  if (address->ss_family == AF_UNIX) {
    const struct sockaddr_un *un = (const void *)address;
    snprintf(text, sizeof text, "unix %s", *un->sun_path ? un->sun_path : "(unnamed)");
    return true;
  }
  return false;
}

static const char *kind_of(int own) {
  int type = SOCK_STREAM;
  socklen_t length = sizeof type;
  if (own >= 0) getsockopt(own, SOL_SOCKET, SO_TYPE, &type, &length);
  return type == SOCK_STREAM ? "tcp" : "udp";
}

bool describe_connect(pid_t pid, long descriptor, unsigned long address, unsigned long length,
                      struct event *event) {
  struct sockaddr_storage to = {0};
  if (length > sizeof to || !read_memory(pid, address, &to, length)) return false;
  int own = borrow(pid, descriptor);
  *event = (struct event){.name = "connect", .path = text, .other = "", .counts = false};
  bool is_known = write_address(&to, kind_of(own));
  if (own >= 0) close(own);
  return is_known;
}

bool describe_send(pid_t pid, long descriptor, struct event *event) {
  int own = borrow(pid, descriptor);
  if (own < 0) return false;
  struct sockaddr_storage peer = {0};
  socklen_t length = sizeof peer;
  *event = (struct event){.name = "send", .path = text, .other = "", .counts = true};
  // A pair of sockets of one program, such as Node makes for pipes, has no name.
  bool is_known = getpeername(own, (struct sockaddr *)&peer, &length) == 0 &&
                  length > sizeof(sa_family_t) && write_address(&peer, kind_of(own));
  close(own);
  return is_known;
}
