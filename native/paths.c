#define _GNU_SOURCE
#include "native.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/uio.h>
#include <unistd.h>

bool read_memory(pid_t pid, unsigned long address, void *into, size_t size) {
  struct iovec local = {into, size}, remote = {(void *)address, size};
  return process_vm_readv(pid, &local, 1, &remote, 1, 0) == (ssize_t)size;
}

bool write_memory(pid_t pid, unsigned long address, void *from, size_t size) {
  struct iovec local = {from, size}, remote = {(void *)address, size};
  return process_vm_writev(pid, &local, 1, &remote, 1, 0) == (ssize_t)size;
}

// Reads up to the end of the text; never over the end of a page, behind which there may be nothing.
static bool read_text(pid_t pid, unsigned long address, char *text, size_t size) {
  const unsigned long page = 4096;
  for (size_t at = 0; at < size;) {
    size_t length = page - (address + at) % page;
    if (length > size - at) length = size - at;
    if (!read_memory(pid, address + at, text + at, length)) return false;
    if (memchr(text + at, '\0', length)) return true;
    at += length;
  }
  return false;
}

static bool link_of(const char *link, char *path, size_t size) {
  ssize_t length = readlink(link, path, size - 1);
  if (length < 0) return false;
  path[length] = '\0';
  return true;
}

bool path_of_descriptor(pid_t pid, long descriptor, char *path, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/%d/fd/%d", pid, (int)descriptor);
  return link_of(link, path, size);
}

// What is written to memory changes no times on tmpfs, so that it would go unseen: they are changed here.
void mark_shared(pid_t pid, long descriptor) {
  char link[64];
  struct statfs system;
  struct stat file, own;
  snprintf(link, sizeof link, "/proc/%d/fd/%d", pid, (int)descriptor);
  bool is_writable = lstat(link, &own) == 0 && (own.st_mode & S_IWUSR);
  if (!is_writable || statfs(link, &system) != 0 || system.f_type != TMPFS_MAGIC) return;
  if (stat(link, &file) == 0 && S_ISREG(file.st_mode)) chmod(link, file.st_mode & 07777);
}

// Takes out `.`, `..` and double slashes, as the text has them.
static void normalize(char *path) {
  char *to = path;
  for (char *from = path; *from;) {
    while (*from == '/') from++;
    size_t length = strcspn(from, "/");
    if (length == 2 && from[0] == '.' && from[1] == '.') {
      while (to > path && *--to != '/') {}
    } else if (length > 0 && !(length == 1 && *from == '.')) {
      *to++ = '/';
      memmove(to, from, length);
      to += length;
    }
    from += length;
  }
  if (to == path) *to++ = '/';
  *to = '\0';
}

// A path by way of an open folder is that folder's; what is open without a path stays as it is.
static void follow_descriptor(pid_t pid, char *path, size_t size) {
  int owner = pid, descriptor, end = 0;
  if (sscanf(path, "/proc/self/fd/%d%n", &descriptor, &end) < 1 &&
      sscanf(path, "/proc/thread-self/fd/%d%n", &descriptor, &end) < 1 &&
      sscanf(path, "/dev/fd/%d%n", &descriptor, &end) < 1)
    sscanf(path, "/proc/%d/fd/%d%n", &owner, &descriptor, &end);
  char base[PATH_MAX], rest[PATH_MAX];
  if (end == 0 || !path_of_descriptor(owner, descriptor, base, sizeof base) || *base != '/') return;
  snprintf(rest, sizeof rest, "%s", path + end);
  snprintf(path, size, "%s%s", base, rest);
}

bool path_at(pid_t pid, long folder, unsigned long address, char *path, size_t size) {
  char text[PATH_MAX];
  if (!read_text(pid, address, text, sizeof text)) return false;
  if (*text == '/') {
    snprintf(path, size, "%s", text);
  } else {
    char base[PATH_MAX], link[32];
    snprintf(link, sizeof link, "/proc/%d/cwd", pid);
    bool is_known = (int)folder == AT_FDCWD ? link_of(link, base, sizeof base)
                                            : path_of_descriptor(pid, folder, base, sizeof base);
    if (!is_known) return false;
    snprintf(path, size, "%s/%s", base, text);
  }
  normalize(path);
  follow_descriptor(pid, path, size);
  return true;
}

pid_t leader_of(pid_t task) {
  char path[40], line[128];
  int leader = task;
  snprintf(path, sizeof path, "/proc/%d/status", task);
  FILE *status = fopen(path, "re");
  while (status && fgets(line, sizeof line, status) && sscanf(line, "Tgid: %d", &leader) != 1) {}
  if (status) fclose(status);
  return leader;
}
