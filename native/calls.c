#define _GNU_SOURCE
#include "native.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/socket.h>
#include <sys/syscall.h>

static char first[2 * PATH_MAX], second[2 * PATH_MAX];

static bool is_there(const char *path, struct stat *status) { return lstat(path, status) == 0; }

// A file that is made or emptied; nothing where it stays what it is.
static const char *opening(const char *path, long flags) {
  struct stat status;
  bool exists = stat(path, &status) == 0;
  if (!exists) return flags & O_CREAT ? "create" : NULL;
  bool is_emptied = (flags & O_TRUNC) && S_ISREG(status.st_mode) && status.st_size > 0;
  return is_emptied ? "empty" : NULL;
}

static bool is_special(const char *path) {
  return strncmp(path, "/dev/", 5) == 0 || strncmp(path, "/proc/", 6) == 0;
}

// What has a name no more is seen by nobody.
static bool is_nameless(const char *path) {
  const char *end = " (deleted)";
  size_t length = strlen(path), tail = strlen(end);
  return length > tail && strcmp(path + length - tail, end) == 0;
}

static bool named(struct event *event, const char *name) {
  event->name = name;
  event->path = first;
  event->other = "";
  event->counts = true;
  return name != NULL && !is_special(first);
}

static bool on_path(pid_t pid, struct event *event, const char *name, long folder, unsigned long path) {
  return path_at(pid, folder, path, first, sizeof first) && named(event, name);
}

// Where it decides whether there is anything to do.
static bool on_path_that(pid_t pid, struct event *event, const char *name, long folder,
                         unsigned long path, bool exists) {
  struct stat status;
  return on_path(pid, event, name, folder, path) && is_there(first, &status) == exists;
}

static bool on_paths(pid_t pid, struct event *event, const char *name, long folder, unsigned long path,
                     long other_folder, unsigned long other) {
  if (!on_path(pid, event, name, folder, path)) return false;
  if (!path_at(pid, other_folder, other, second, sizeof second)) return false;
  event->other = second;
  return true;
}

static bool on_open(pid_t pid, struct event *event, long folder, unsigned long path, long flags) {
  if (!path_at(pid, folder, path, first, sizeof first)) return false;
  return named(event, opening(first, flags));
}

static bool on_descriptor(pid_t pid, struct event *event, const char *name, long descriptor) {
  if (!path_of_descriptor(pid, descriptor, first, sizeof first)) return false;
  if (strncmp(first, "socket:", 7) == 0) return describe_send(pid, descriptor, event);
  return *first == '/' && !is_nameless(first) && named(event, name);
}

static long flags_of(pid_t pid, unsigned long how) {
  unsigned long flags = 0; // the first member of struct open_how
  return read_memory(pid, how, &flags, sizeof flags) ? (long)flags : 0;
}

// Sent to an address without a connection: what is reached for is told.
static bool on_message(pid_t pid, long descriptor, unsigned long address, struct event *event) {
  struct msghdr message;
  if (!read_memory(pid, address, &message, sizeof message) || message.msg_name == NULL) return false;
  return describe_connect(pid, descriptor, (unsigned long)message.msg_name, message.msg_namelen, event);
}

bool describe(pid_t pid, const struct call *call, struct event *event) {
  const unsigned long *a = call->args;
  switch (call->number) {
#ifdef SYS_open
    case SYS_open: return on_open(pid, event, AT_FDCWD, a[0], (long)a[1]);
    case SYS_creat: return on_open(pid, event, AT_FDCWD, a[0], O_CREAT | O_TRUNC);
    case SYS_mkdir: return on_path_that(pid, event, "mkdir", AT_FDCWD, a[0], false);
    case SYS_rmdir: return on_path_that(pid, event, "rmdir", AT_FDCWD, a[0], true);
    case SYS_unlink: return on_path_that(pid, event, "unlink", AT_FDCWD, a[0], true);
    case SYS_rename: return on_paths(pid, event, "rename", AT_FDCWD, a[0], AT_FDCWD, a[1]);
    case SYS_link: return on_paths(pid, event, "link", AT_FDCWD, a[0], AT_FDCWD, a[1]);
    case SYS_symlink: return on_path_that(pid, event, "symlink", AT_FDCWD, a[1], false);
    case SYS_mknod: return on_path_that(pid, event, "mknod", AT_FDCWD, a[0], false);
    case SYS_utime:
    case SYS_utimes: return on_path_that(pid, event, "touch", AT_FDCWD, a[0], true);
    case SYS_chmod: return on_path_that(pid, event, "chmod", AT_FDCWD, a[0], true);
    case SYS_chown:
    case SYS_lchown: return on_path_that(pid, event, "chown", AT_FDCWD, a[0], true);
#endif
#ifdef SYS_renameat
    case SYS_renameat:
#endif
    case SYS_renameat2: return on_paths(pid, event, "rename", (long)a[0], a[1], (long)a[2], a[3]);
    case SYS_openat: return on_open(pid, event, (long)a[0], a[1], (long)a[2]);
    case SYS_openat2: return on_open(pid, event, (long)a[0], a[1], flags_of(pid, a[2]));
    case SYS_mkdirat: return on_path_that(pid, event, "mkdir", (long)a[0], a[1], false);
    case SYS_unlinkat:
      return on_path_that(pid, event, a[2] & AT_REMOVEDIR ? "rmdir" : "unlink", (long)a[0], a[1], true);
    case SYS_linkat: return on_paths(pid, event, "link", (long)a[0], a[1], (long)a[2], a[3]);
    case SYS_symlinkat: return on_path_that(pid, event, "symlink", (long)a[1], a[2], false);
    case SYS_mknodat: return on_path_that(pid, event, "mknod", (long)a[0], a[1], false);
    case SYS_fchmodat: return on_path_that(pid, event, "chmod", (long)a[0], a[1], true);
    case SYS_fchownat: return on_path_that(pid, event, "chown", (long)a[0], a[1], true);
    case SYS_utimensat:
      if (a[1] == 0) return on_descriptor(pid, event, "touch", (long)a[0]);
      return on_path_that(pid, event, "touch", (long)a[0], a[1], true);
    case SYS_truncate: return on_path_that(pid, event, "truncate", AT_FDCWD, a[0], true);
    case SYS_setxattr:
    case SYS_lsetxattr:
    case SYS_removexattr: return on_path_that(pid, event, "setxattr", AT_FDCWD, a[0], true);
    case SYS_fsetxattr: return on_descriptor(pid, event, "setxattr", (long)a[0]);
    case SYS_fchmod: return on_descriptor(pid, event, "chmod", (long)a[0]);
    case SYS_fchown: return on_descriptor(pid, event, "chown", (long)a[0]);
    case SYS_ftruncate: return on_descriptor(pid, event, "truncate", (long)a[0]);
    case SYS_fallocate: return on_descriptor(pid, event, "allocate", (long)a[0]);
    case SYS_mmap: mark_shared(pid, (long)a[4]); return false;
    case SYS_ioctl: return on_descriptor(pid, event, "clone", (long)a[0]);
    case SYS_write:
    case SYS_pwrite64: return a[2] > 0 && on_descriptor(pid, event, "write", (long)a[0]);
    case SYS_writev:
    case SYS_pwritev:
    case SYS_pwritev2: return on_descriptor(pid, event, "write", (long)a[0]);
    case SYS_sendfile: return on_descriptor(pid, event, "write", (long)a[0]);
    case SYS_copy_file_range:
    case SYS_splice: return on_descriptor(pid, event, "write", (long)a[2]);
    case SYS_sendto:
      return on_descriptor(pid, event, "send", (long)a[0]) ||
             (a[4] != 0 && describe_connect(pid, (long)a[0], a[4], a[5], event));
    case SYS_sendmsg:
    case SYS_sendmmsg:
      return on_descriptor(pid, event, "send", (long)a[0]) || on_message(pid, (long)a[0], a[1], event);
    case SYS_connect: return describe_connect(pid, (long)a[0], a[1], a[2], event);
    default: return false;
  }
}
