// What differs between processors.
#define _GNU_SOURCE
#include "native.h"

#include <elf.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#if defined(__x86_64__)
typedef struct user_regs_struct registers;
#elif defined(__aarch64__)
#include <asm/ptrace.h>
typedef struct user_pt_regs registers;
enum { SYSTEM_CALL = 0x404 }; // NT_ARM_SYSTEM_CALL
#endif

// A program for another processor has fewer.
static bool get(pid_t pid, registers *all) {
  struct iovec part = {all, sizeof *all};
  return ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &part) == 0 && part.iov_len == sizeof *all;
}

static bool set(pid_t pid, registers *all) {
  struct iovec part = {all, sizeof *all};
  return ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &part) == 0;
}

unsigned long stack_of(pid_t pid) {
  registers all;
  if (!get(pid, &all)) return 0;
#if defined(__x86_64__)
  return all.rsp;
#elif defined(__aarch64__)
  return all.sp;
#endif
}

bool answer_call(pid_t pid, long result) {
  registers all;
  if (!get(pid, &all)) return false;
#if defined(__x86_64__)
  all.orig_rax = (unsigned long)-1; // no call
  all.rax = (unsigned long)result;
  return set(pid, &all);
#elif defined(__aarch64__)
  int none = -1;
  struct iovec part = {&none, sizeof none};
  all.regs[0] = (unsigned long)result;
  return set(pid, &all) && ptrace(PTRACE_SETREGSET, pid, SYSTEM_CALL, &part) == 0;
#endif
}
