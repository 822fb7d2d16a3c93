// Copies of folders, and their end.
#ifndef FOLDERS_H
#define FOLDERS_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

// The command of the helper: `--like FROM TO STAMPS` makes TO like FROM, `--like FROM TO` for the first time.
int make_like(const char *from, const char *to, const char *stamps);
// `--changes FROM TO STAMPS` prints the paths in TO that are not as they were made, each with a zero.
int tell_changes(const char *from, const char *to, const char *stamps);
// `--remove PATH`: all that is in there, whoever may not read it.
int remove_all(const char *path);

// An entry of a folder, in the folder copied from and in the one copied to.
struct item {
  int from, to;
  const char *name;
  struct stat status; // of the one copied from
  bool is_fresh;      // the folder copied to was made by this copy
};

// way.c: where a walk is, below the folder that it began in.
const char *way(void);
size_t enter(const char *name); // gives what `leave` takes
void leave(size_t length);
bool is_name(const char *name); // no `.` nor `..`
DIR *names_in(int folder);      // which stays open
void allow_depth(void);         // each level of folders takes some descriptors

// removal.c: false, with errno, where something stays.
bool remove_entry(int folder, const char *name);
// Opened also where its permissions are against it, which then are others.
int open_folder(int folder, const char *name);

// content.c: each gives false, with errno.
bool copy_content(const struct item *item); // of all kinds but folders; it is not there yet
bool copy_attributes(const struct item *item);

// stamps.c: what is at each place is known by its inode and the time of its last change.
bool read_stamps(const char *path);
bool write_stamps(const char *path);
size_t next_stamp(void); // entries are counted as they are met, which is always in the same order
bool is_as_stamped(size_t number, const struct stat *status);
void put_stamp(size_t number, const struct stat *status);

#endif
