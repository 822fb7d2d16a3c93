// Only calls that may have an effect stop the command; all others run at full speed.
#define _GNU_SOURCE
#include "native.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#endif

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define STOP BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE)
#define GO BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define STOP_AT(number) \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), STOP
// Opening stops only where it may make or empty a file. The low half of an argument comes first.
#define STOP_IF_MADE(number, argument) STOP_IF_FLAG(number, argument, O_CREAT | O_TRUNC)
#define STOP_IF_FLAG(number, argument, flags)                                  \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 4), LOAD(args[argument]),   \
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (flags), 0, 1), STOP, GO

#define STOP_IF_ANY(number, argument, one, two, three, four)                  \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 7), LOAD(args[argument]),   \
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (one), 3, 0),                        \
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (two), 2, 0),                        \
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (three), 1, 0),                      \
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (four), 0, 1), STOP, GO

#define STOP_IF_EQUAL(number, argument, value)                                 \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 4), LOAD(args[argument]),   \
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, 1), STOP, GO

// A file in memory that others see, too, is stopped at; what has no file is not.
#define STOP_IF_SHARED(number, argument)                                       \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 5), LOAD(args[argument]),   \
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, MAP_ANONYMOUS, 2, 0),               \
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, MAP_SHARED, 0, 1), STOP, GO

static struct sock_filter program[] = {
    // Programs for another processor number their calls in another way.
    LOAD(arch),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCH, 1, 0),
    GO,
    LOAD(nr),
    STOP_IF_MADE(SYS_openat, 2),
#ifdef SYS_open
    STOP_IF_MADE(SYS_open, 1),
#endif
    STOP_AT(SYS_write), STOP_AT(SYS_writev), STOP_AT(SYS_pwrite64), STOP_AT(SYS_pwritev),
    STOP_AT(SYS_pwritev2), STOP_AT(SYS_sendfile), STOP_AT(SYS_copy_file_range), STOP_AT(SYS_splice),
    STOP_AT(SYS_ftruncate), STOP_AT(SYS_truncate), STOP_AT(SYS_fallocate),
    STOP_IF_EQUAL(SYS_ioctl, 1, FICLONE),
    STOP_IF_SHARED(SYS_mmap, 3),
    STOP_AT(SYS_openat2), STOP_AT(SYS_mkdirat), STOP_AT(SYS_unlinkat), STOP_AT(SYS_renameat2),
    STOP_AT(SYS_linkat), STOP_AT(SYS_symlinkat), STOP_AT(SYS_mknodat), STOP_AT(SYS_fchmodat),
    STOP_AT(SYS_fchmod), STOP_AT(SYS_utimensat), STOP_AT(SYS_fchownat), STOP_AT(SYS_fchown),
    STOP_AT(SYS_setxattr), STOP_AT(SYS_lsetxattr), STOP_AT(SYS_fsetxattr), STOP_AT(SYS_removexattr),
    STOP_AT(SYS_connect), STOP_AT(SYS_sendto), STOP_AT(SYS_sendmsg), STOP_AT(SYS_sendmmsg),
#ifdef SYS_renameat
    STOP_AT(SYS_renameat),
#endif
#ifdef SYS_rename
    STOP_AT(SYS_creat), STOP_AT(SYS_mkdir), STOP_AT(SYS_rmdir), STOP_AT(SYS_unlink),
    STOP_AT(SYS_rename), STOP_AT(SYS_link), STOP_AT(SYS_symlink), STOP_AT(SYS_mknod),
    STOP_AT(SYS_utime), STOP_AT(SYS_utimes), STOP_AT(SYS_chmod), STOP_AT(SYS_chown), STOP_AT(SYS_lchown),
#endif
    GO,
};

// Who asks what time it is, or waits until a time. How long something takes is no such question, and asked often.
static struct sock_filter clock_program[] = {
    LOAD(arch),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCH, 1, 0),
    GO,
    LOAD(nr),
    STOP_AT(SYS_gettimeofday),
#ifdef SYS_time
    STOP_AT(SYS_time),
#endif
    STOP_IF_FLAG(SYS_futex, 1, FUTEX_CLOCK_REALTIME),
    STOP_IF_FLAG(SYS_clock_nanosleep, 1, TIMER_ABSTIME),
    STOP_IF_ANY(SYS_clock_gettime, 0, CLOCK_REALTIME, CLOCK_REALTIME_COARSE, CLOCK_REALTIME_ALARM, CLOCK_TAI),
    GO,
};

static void install(struct sock_filter *calls, size_t count) {
  struct sock_fprog filter = {.len = (unsigned short)count, .filter = calls};
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0) return;
  // Without powers a filter needs this, and programs of other users then run as ourselves.
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
    fail(EXIT_CANNOT_TRACE, "cannot filter system calls", NULL);
}

void install_filter(bool with_clock) {
  install(program, sizeof program / sizeof *program);
  if (with_clock) install(clock_program, sizeof clock_program / sizeof *clock_program);
}
