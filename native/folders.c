// Makes a folder like another one, with owners, times, links between files, and whatever a name may
// be. What a run left unchanged stays where it is, so that a reset costs what was changed.
#define _GNU_SOURCE
#include "folders.h"
#include "native.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct stat target; // the folder that is made
static int target_folder;

static _Noreturn void fail_here(void) {
  fail(EXIT_CANNOT_COPY, "cannot copy", way());
}

// A file with several names, of which the first is `path` in the copy.
struct name {
  dev_t device;
  ino_t inode;
  struct number {
    size_t value;
    struct number *next;
  } *numbers; // of all its entries
  char path[];
};

static int compare(const void *left, const void *right) {
  const struct name *one = left, *other = right;
  if (one->device != other->device) return one->device < other->device ? -1 : 1;
  return one->inode == other->inode ? 0 : one->inode < other->inode ? -1 : 1;
}

static void *allocate(size_t size) {
  void *made = calloc(1, size);
  if (made == NULL) fail_here();
  return made;
}

// The file of the entry, as it may have been copied under another name already.
static struct name *name_of(const struct item *item, size_t number) {
  static void *names;
  struct name *name = allocate(sizeof *name + strlen(way()) + 1);
  name->device = item->status.st_dev;
  name->inode = item->status.st_ino;
  strcpy(name->path, way());
  struct name **found = tsearch(name, &names, compare);
  if (found == NULL) fail_here();
  if (*found != name) free(name);
  struct number *own = allocate(sizeof *own);
  *own = (struct number){.value = number, .next = (*found)->numbers};
  (*found)->numbers = own;
  return *found;
}

static void copy_new(const struct item *item, size_t number) {
  struct name *name = item->status.st_nlink > 1 ? name_of(item, number) : NULL;
  if (name == NULL || name->numbers->next == NULL) {
    if (!copy_content(item) || !copy_attributes(item)) fail_here();
    return;
  }
  struct stat now;
  if (linkat(target_folder, name->path, item->to, item->name, 0) != 0) fail_here();
  if (fstatat(item->to, item->name, &now, AT_SYMLINK_NOFOLLOW) != 0) fail_here();
  // With one name more, it is changed under all of them.
  for (struct number *one = name->numbers; one; one = one->next) put_stamp(one->value, &now);
}

static void copy_folder(int from, int to, bool is_fresh, bool has_same_names);

static void make_folder_like(const struct item *item, size_t number, const struct stat *there) {
  bool is_there = there != NULL && S_ISDIR(there->st_mode);
  bool is_same = is_there && is_as_stamped(number, there);
  if (!is_there && mkdirat(item->to, item->name, 0700) != 0) fail_here();
  int from = openat(item->from, item->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  int to = from < 0 ? -1 : open_folder(item->to, item->name);
  if (to < 0) fail_here();
  copy_folder(from, to, !is_there, is_same);
  struct stat now;
  if (fstat(to, &now) != 0) fail_here();
  close(to);
  if (!is_as_stamped(number, &now) && !copy_attributes(item)) fail_here();
}

// Where something is made or removed in a folder that was there, it may have to be made writable.
static void open_up(const struct item *item) {
  if (!item->is_fresh && geteuid() != 0) fchmod(item->to, 0700);
}

static void make_entry_like(const struct item *item) {
  size_t number = next_stamp();
  struct stat there;
  bool is_there = !item->is_fresh && fstatat(item->to, item->name, &there, AT_SYMLINK_NOFOLLOW) == 0;
  bool is_folder = S_ISDIR(item->status.st_mode);
  bool stays = is_there && (is_folder ? S_ISDIR(there.st_mode) : is_as_stamped(number, &there));
  if (!stays) open_up(item);
  if (is_there && !stays && !remove_entry(item->to, item->name)) fail_here();
  if (is_folder) make_folder_like(item, number, stays ? &there : NULL);
  else if (!stays) copy_new(item, number);
  if (fstatat(item->to, item->name, &there, AT_SYMLINK_NOFOLLOW) != 0) fail_here();
  put_stamp(number, &there);
}

static void remove_others(int from, int to) {
  DIR *names = names_in(to);
  if (names == NULL) fail_here();
  struct stat status;
  for (struct dirent *one; (one = readdir(names)) != NULL;) {
    if (!is_name(one->d_name) || fstatat(from, one->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0) continue;
    if (geteuid() != 0) fchmod(to, 0700);
    if (!remove_entry(to, one->d_name)) fail_here();
  }
  closedir(names);
}

// Takes `from` over.
static void copy_folder(int from, int to, bool is_fresh, bool has_same_names) {
  if (!is_fresh && !has_same_names) remove_others(from, to);
  DIR *names = fdopendir(from);
  if (names == NULL) fail_here();
  for (struct dirent *one; (one = readdir(names)) != NULL;) {
    if (!is_name(one->d_name)) continue;
    size_t before = enter(one->d_name);
    struct item item = {.from = from, .to = to, .name = one->d_name, .is_fresh = is_fresh};
    if (fstatat(from, one->d_name, &item.status, AT_SYMLINK_NOFOLLOW) != 0) fail_here();
    errno = ELOOP; // a copy in what is copied would have no end
    if (item.status.st_ino == target.st_ino && item.status.st_dev == target.st_dev) fail_here();
    make_entry_like(&item);
    leave(before);
  }
  closedir(names);
}

int make_like(const char *from, const char *to, const char *stamps) {
  allow_depth();
  umask(0);
  struct item top = {.from = AT_FDCWD, .to = AT_FDCWD, .name = "."};
  if (stamps != NULL && !read_stamps(stamps)) fail(EXIT_CANNOT_COPY, "cannot read", stamps);
  top.from = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (top.from < 0 || fstat(top.from, &top.status) != 0) fail(EXIT_CANNOT_COPY, "cannot copy", from);
  target_folder = top.to = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (top.to < 0 || fstat(top.to, &target) != 0) fail(EXIT_CANNOT_COPY, "cannot copy to", to);
  make_entry_like(&top);
  if (stamps != NULL && !write_stamps(stamps)) fail(EXIT_CANNOT_COPY, "cannot write", stamps);
  return 0;
}
