// A disk that is full, or broken.
#include "native.h"

#include <errno.h>
#include <string.h>

enum kind { OTHER, CONTENT, ENTRY };

// What takes blocks of a disk, and what takes a file's own place on it. The one may be used up before the
// other: on a full disk a file can often still be made, and stays empty.
static enum kind kind_of(const char *name) {
  static const char *const contents[] = {"write", "allocate"};
  static const char *const entries[] = {"create", "mkdir", "symlink", "mknod"};
  for (size_t index = 0; index < sizeof contents / sizeof *contents; index++)
    if (strcmp(name, contents[index]) == 0) return CONTENT;
  for (size_t index = 0; index < sizeof entries / sizeof *entries; index++)
    if (strcmp(name, entries[index]) == 0) return ENTRY;
  return OTHER;
}

int error_at(const struct options *options, const struct event *event, bool is_it) {
  static enum kind used_up = OTHER;
  if (!options->fail) return 0;
  if (strcmp(options->fail, "broken") == 0) return is_it ? EIO : 0;
  enum kind kind = kind_of(event->name);
  if (is_it) used_up = kind;
  // What is full stays so.
  return kind != OTHER && kind == used_up ? ENOSPC : 0;
}
