// Another time: programs ask the kernel for it, and are answered here. Where the kernel offers its clock in
// memory (the vDSO), they would not ask; so that offer is taken out of what a new program is given.
#define _GNU_SOURCE
#include "native.h"

#include <elf.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

enum { MAX_WORDS = 1 << 20 };

// Behind the arguments and the variables, each ended by a zero.
static unsigned long auxiliary_of(pid_t pid, unsigned long at) {
  const unsigned long size = sizeof at;
  unsigned long count, word = 1;
  if (!read_memory(pid, at, &count, sizeof count)) return 0;
  at += (count + 2) * size;
  for (int words = 0; word != 0 && words < MAX_WORDS; words++, at += size)
    if (!read_memory(pid, at, &word, sizeof word)) return 0;
  return word == 0 ? at : 0;
}

bool ask_for_time(pid_t pid) {
  unsigned long at = auxiliary_of(pid, stack_of(pid)), pair[2];
  for (; at != 0; at += sizeof pair) {
    if (!read_memory(pid, at, pair, sizeof pair)) return false;
    if (pair[0] == AT_NULL) return true; // there is none
    if (pair[0] == AT_SYSINFO_EHDR) break;
  }
  unsigned long ignored = AT_IGNORE;
  return at != 0 && write_memory(pid, at, &ignored, sizeof ignored);
}

static bool is_date(unsigned long clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_REALTIME_ALARM ||
         clock == CLOCK_TAI;
}

static bool tell_clock(pid_t pid, unsigned long clock, unsigned long into, long ahead_s) {
  struct timespec now;
  if (!is_date(clock) || clock_gettime((clockid_t)clock, &now) != 0) return false;
  now.tv_sec += ahead_s;
  return write_memory(pid, into, &now, sizeof now) && answer_call(pid, 0);
}

static bool tell_time_of_day(pid_t pid, unsigned long into, unsigned long zone, long ahead_s) {
  struct timeval now;
  // Who asks for the zone, too, which nobody sets any more, gets none.
  struct timezone none = {0};
  if (gettimeofday(&now, NULL) != 0) return false;
  now.tv_sec += ahead_s;
  if (into != 0 && !write_memory(pid, into, &now, sizeof now)) return false;
  if (zone != 0 && !write_memory(pid, zone, &none, sizeof none)) return false;
  return answer_call(pid, 0);
}

bool tell_time(pid_t pid, const struct call *call, long ahead_s) {
  const unsigned long *a = call->args;
  switch (call->number) {
    case SYS_clock_gettime: return tell_clock(pid, a[0], a[1], ahead_s);
    case SYS_gettimeofday: return tell_time_of_day(pid, a[0], a[1], ahead_s);
#ifdef SYS_time
    case SYS_time: {
      time_t now = time(NULL) + ahead_s;
      if (a[0] != 0 && !write_memory(pid, a[0], &now, sizeof now)) return false;
      return answer_call(pid, now);
    }
#endif
    default: return false;
  }
}
