// A wait until a time of the clock is one of the kernel, whose clock is not moved: it is given its own time
// while it waits, and the program has back what it gave afterwards.
#define _GNU_SOURCE
#include "native.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>

enum { MAX_WAITS = 256 };

static struct wait {
  pid_t pid;
  unsigned long address; // 0: none
  struct timespec until;
} waits[MAX_WAITS];

// Where the time is that the call waits until; 0 where there is none.
static unsigned long time_of(const struct call *call) {
  const unsigned long *a = call->args;
  if (call->number == SYS_clock_nanosleep)
    return a[0] == CLOCK_REALTIME && (a[1] & TIMER_ABSTIME) ? a[2] : 0;
  return call->number == SYS_futex && (a[1] & FUTEX_CLOCK_REALTIME) ? a[3] : 0;
}

static struct wait *free_wait(void) {
  for (int index = 0; index < MAX_WAITS; index++)
    if (waits[index].address == 0) return waits + index;
  return NULL;
}

bool begin_wait(pid_t pid, const struct call *call, long ahead_s) {
  struct wait *wait = free_wait();
  unsigned long address = time_of(call);
  if (address == 0 || wait == NULL) return false;
  if (!read_memory(pid, address, &wait->until, sizeof wait->until)) return false;
  struct timespec until = wait->until;
  // Who waits until long ago does not wait.
  until.tv_sec = until.tv_sec > ahead_s ? until.tv_sec - ahead_s : 0;
  if (!write_memory(pid, address, &until, sizeof until)) return false;
  wait->pid = pid;
  wait->address = address;
  return true;
}

void end_wait(pid_t pid) {
  for (struct wait *wait = waits; wait < waits + MAX_WAITS; wait++) {
    if (wait->pid != pid || wait->address == 0) continue;
    write_memory(pid, wait->address, &wait->until, sizeof wait->until);
    wait->address = 0;
  }
}
