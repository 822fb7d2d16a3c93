#define _GNU_SOURCE
#include "folders.h"
#include "native.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static char path[4 * PATH_MAX];
static size_t length;

const char *way(void) { return length > 0 ? path : "."; }

size_t enter(const char *name) {
  size_t before = length;
  length += (size_t)snprintf(path + length, sizeof path - length, "%s%s", length ? "/" : "", name);
  errno = ENAMETOOLONG;
  if (length >= sizeof path) fail(EXIT_CANNOT_COPY, "cannot copy", name);
  return before;
}

void leave(size_t before) {
  length = before;
  path[before] = '\0';
}

bool is_name(const char *name) { return strcmp(name, ".") != 0 && strcmp(name, "..") != 0; }

DIR *names_in(int folder) {
  int own = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return own < 0 ? NULL : fdopendir(own);
}

void allow_depth(void) {
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}
