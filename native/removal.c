#define _GNU_SOURCE
#include "folders.h"
#include "native.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int open_folder(int folder, const char *name) {
  const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  int opened = openat(folder, name, flags);
  if (opened >= 0 || errno != EACCES) return opened;
  struct stat status;
  if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(status.st_mode)) return -1;
  return fchmodat(folder, name, 0700, 0) == 0 ? openat(folder, name, flags) : -1;
}

static bool remove_content(int folder) {
  DIR *names = fdopendir(folder);
  if (names == NULL) return false;
  // As an ordinary user it may have to be made writable.
  if (geteuid() != 0) fchmod(folder, 0700);
  bool is_removed = true;
  for (struct dirent *one; is_removed && (one = readdir(names)) != NULL;) {
    if (strcmp(one->d_name, ".") == 0 || strcmp(one->d_name, "..") == 0) continue;
    is_removed = remove_entry(dirfd(names), one->d_name);
  }
  int why = errno;
  closedir(names);
  errno = why;
  return is_removed;
}

bool remove_entry(int folder, const char *name) {
  if (unlinkat(folder, name, 0) == 0) return true;
  if (errno != EISDIR && errno != EPERM) return false;
  int opened = open_folder(folder, name);
  return opened >= 0 && remove_content(opened) && unlinkat(folder, name, AT_REMOVEDIR) == 0;
}

int remove_all(const char *path) {
  if (!remove_entry(AT_FDCWD, path) && errno != ENOENT) fail(EXIT_CANNOT_COPY, "cannot remove", path);
  return 0;
}
