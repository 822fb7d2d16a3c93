// What a copy was when it was made: whatever is done to a file later gives it another time of change,
// which no program can set.
#define _GNU_SOURCE
#include "folders.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct stamp {
  uint64_t inode;
  int64_t changed_ns;
};

static struct stamp *known, *made;
static size_t known_count, made_count, made_room;

static struct stamp stamp_of(const struct stat *status) {
  int64_t ns = (int64_t)status->st_ctim.tv_sec * 1000000000 + status->st_ctim.tv_nsec;
  return (struct stamp){.inode = status->st_ino, .changed_ns = ns};
}

bool read_stamps(const char *path) {
  FILE *file = fopen(path, "re");
  if (file == NULL) return errno == ENOENT;
  struct stat status;
  bool is_read = fstat(fileno(file), &status) == 0;
  if (is_read && status.st_size > 0) {
    known_count = (size_t)status.st_size / sizeof *known;
    known = calloc(known_count, sizeof *known);
    is_read = known != NULL && fread(known, sizeof *known, known_count, file) == known_count;
  }
  fclose(file);
  return is_read;
}

// Times of change come in ticks: what is changed in the same tick as it was made would look unchanged.
static void wait_for_tick(void) {
  int64_t newest = 0, now;
  for (size_t at = 0; at < made_count; at++)
    if (made[at].changed_ns > newest) newest = made[at].changed_ns;
  for (;;) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME_COARSE, &time);
    now = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
    // A clock that was set back is not waited for.
    if (now > newest || newest - now > 100000000) return;
    nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
  }
}

bool write_stamps(const char *path) {
  FILE *file = fopen(path, "we");
  if (file == NULL) return false;
  bool is_written = fwrite(made, sizeof *made, made_count, file) == made_count;
  is_written = fclose(file) == 0 && is_written;
  wait_for_tick();
  return is_written;
}

size_t next_stamp(void) {
  if (made_count == made_room) {
    made_room = made_room ? 2 * made_room : 1024;
    made = realloc(made, made_room * sizeof *made);
    if (made == NULL) abort();
  }
  made[made_count] = (struct stamp){0};
  return made_count++;
}

bool is_as_stamped(size_t number, const struct stat *status) {
  if (number >= known_count) return false;
  struct stamp now = stamp_of(status);
  return now.inode == known[number].inode && now.changed_ns == known[number].changed_ns;
}

void put_stamp(size_t number, const struct stat *status) { made[number] = stamp_of(status); }
