// Tells what is no longer as it was made, by a look at each place, and without reading any file.
#define _GNU_SOURCE
#include "folders.h"
#include "native.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void fail_here(void) { fail(EXIT_CANNOT_COPY, "cannot look into", way()); }

static void tell(const char *name) {
  size_t before = enter(name);
  fwrite(way(), strlen(way()) + 1, 1, stdout);
  leave(before);
}

static void tell_new(int from, int to) {
  DIR *names = names_in(to);
  if (names == NULL) fail_here();
  struct stat status;
  for (struct dirent *one; (one = readdir(names)) != NULL;) {
    if (is_name(one->d_name) && fstatat(from, one->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
      tell(one->d_name);
  }
  closedir(names);
}

static int open_below(int folder, const char *name) {
  int opened = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (opened < 0) fail_here();
  return opened;
}

enum { GONE = -1 };

// `to` is GONE where there is no such folder any more; its entries have numbers all the same.
static void look_in(int from, int to, bool has_same_names) {
  if (to != GONE && !has_same_names) tell_new(from, to);
  DIR *names = names_in(from);
  if (names == NULL) fail_here();
  for (struct dirent *one; (one = readdir(names)) != NULL;) {
    const char *name = one->d_name;
    if (!is_name(name)) continue;
    size_t number = next_stamp();
    struct stat was, now;
    if (fstatat(from, name, &was, AT_SYMLINK_NOFOLLOW) != 0) fail_here();
    bool is_there = to != GONE && fstatat(to, name, &now, AT_SYMLINK_NOFOLLOW) == 0;
    bool is_same = is_there && is_as_stamped(number, &now);
    if (to != GONE && !is_same) tell(name);
    if (!S_ISDIR(was.st_mode)) continue;
    size_t before = enter(name);
    int below = open_below(from, name);
    int same = is_there && S_ISDIR(now.st_mode) ? open_below(to, name) : GONE;
    look_in(below, same, is_same);
    close(below);
    if (same != GONE) close(same);
    leave(before);
  }
  closedir(names);
}

int tell_changes(const char *from, const char *to, const char *stamps) {
  allow_depth();
  if (!read_stamps(stamps)) fail(EXIT_CANNOT_COPY, "cannot read", stamps);
  next_stamp(); // of the folder itself
  look_in(open_below(AT_FDCWD, from), open_below(AT_FDCWD, to), false);
  return fflush(stdout) == 0 ? 0 : EXIT_CANNOT_COPY;
}
