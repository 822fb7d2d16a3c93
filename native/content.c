#define _GNU_SOURCE
#include "folders.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>
#include <unistd.h>

// Up to `end`, or to the end of the file.
static bool copy_bytes(int in, int out, off_t at, off_t end) {
  static char bytes[1 << 17];
  while (at < end) {
    size_t wanted = end - at < (off_t)sizeof bytes ? (size_t)(end - at) : sizeof bytes;
    ssize_t length = pread(in, bytes, wanted, at);
    if (length <= 0) return length == 0;
    for (ssize_t done = 0; done < length;) {
      ssize_t written = pwrite(out, bytes + done, (size_t)(length - done), at + done);
      if (written < 0) return false;
      done += written;
    }
    if ((size_t)length < wanted) return true;
    at += length;
  }
  return true;
}

// What is not there (a hole) is not there in the copy either.
static bool copy_sparse(int in, int out, off_t size) {
  for (off_t at = 0; at < size;) {
    off_t data = lseek(in, at, SEEK_DATA);
    if (data < 0 && errno == ENXIO) break;
    if (data < 0) data = at;
    off_t hole = lseek(in, data, SEEK_HOLE);
    if (hole < 0) hole = size;
    if (!copy_bytes(in, out, data, hole)) return false;
    at = hole;
  }
  return ftruncate(out, size) == 0;
}

// Shares the bytes, where the file system can.
static bool clone_file(int in, int out) {
  static bool cannot;
  if (cannot || ioctl(out, FICLONE, in) == 0) return !cannot;
  cannot = errno == EOPNOTSUPP || errno == ENOTTY || errno == EXDEV;
  return false;
}

static bool copy_file(const struct item *item) {
  const struct stat *status = &item->status;
  int in = openat(item->from, item->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (in < 0) return false;
  int out = openat(item->to, item->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  bool is_sparse = (off_t)status->st_blocks * 512 < status->st_size;
  bool is_copied = out >= 0 && (clone_file(in, out) ||
                                (is_sparse ? copy_sparse(in, out, status->st_size)
                                           : copy_bytes(in, out, 0, LONG_MAX)));
  int why = errno;
  close(in);
  if (out >= 0) close(out);
  errno = why;
  return is_copied;
}

static bool copy_link(const struct item *item) {
  char target[PATH_MAX];
  ssize_t length = readlinkat(item->from, item->name, target, sizeof target - 1);
  if (length < 0) return false;
  target[length] = '\0';
  return symlinkat(target, item->to, item->name) == 0;
}

bool copy_content(const struct item *item) {
  if (S_ISREG(item->status.st_mode)) return copy_file(item);
  if (S_ISLNK(item->status.st_mode)) return copy_link(item);
  return mknodat(item->to, item->name, (item->status.st_mode & S_IFMT) | 0600, item->status.st_rdev) == 0;
}

enum { ROOM = 1 << 16 };

static void clear_xattrs(const char *path) {
  static char names[ROOM];
  ssize_t length = llistxattr(path, names, sizeof names);
  for (char *name = names; name < names + length; name += strlen(name) + 1) lremovexattr(path, name);
}

// What the file system or the user may not have stays out, as with `cp -a`.
static void copy_xattrs(const struct item *item) {
  static char names[ROOM], value[ROOM];
  char from[64 + NAME_MAX], to[64 + NAME_MAX];
  snprintf(from, sizeof from, "/proc/self/fd/%d/%s", item->from, item->name);
  snprintf(to, sizeof to, "/proc/self/fd/%d/%s", item->to, item->name);
  if (!item->is_fresh) clear_xattrs(to);
  ssize_t length = llistxattr(from, names, sizeof names);
  for (char *name = names; name < names + length; name += strlen(name) + 1) {
    ssize_t size = lgetxattr(from, name, value, sizeof value);
    if (size >= 0) lsetxattr(to, name, value, (size_t)size, 0);
  }
}

// The owner first: a new one takes away permissions. The times last: all else changes them.
bool copy_attributes(const struct item *item) {
  const struct stat *status = &item->status;
  int to = item->to;
  if (fchownat(to, item->name, status->st_uid, status->st_gid, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno != EPERM && errno != EINVAL) return false;
    fchownat(to, item->name, (uid_t)-1, status->st_gid, AT_SYMLINK_NOFOLLOW);
  }
  copy_xattrs(item);
  if (!S_ISLNK(status->st_mode) && fchmodat(to, item->name, status->st_mode & 07777, 0) != 0) return false;
  const struct timespec times[] = {status->st_atim, status->st_mtim};
  return utimensat(to, item->name, times, AT_SYMLINK_NOFOLLOW) == 0;
}
