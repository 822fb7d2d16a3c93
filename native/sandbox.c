#define _GNU_SOURCE
#include "native.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Of linux/mount.h, which does not go together with sys/mount.h.
struct attributes {
  uint64_t set, clear, propagation, userns;
};
enum { TREE_CLONE = 1, EMPTY_FROM = 4, RECURSIVE = 0x8000, READ_ONLY = 1 };

static void write_file(const char *path, const char *text) {
  int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0 || write(file, text, strlen(text)) < 0) fail(EXIT_CANNOT_ISOLATE, "cannot write", path);
  close(file);
}

// An ordinary user is, in a namespace of its own, who it was, and may mount there.
void leave_user(void) {
  uid_t user = geteuid();
  gid_t group = getegid();
  if (user == 0) return;
  if (unshare(CLONE_NEWUSER) != 0) fail(EXIT_CANNOT_ISOLATE, "cannot make namespaces", NULL);
  char map[64];
  write_file("/proc/self/setgroups", "deny");
  snprintf(map, sizeof map, "%u %u 1", user, user);
  write_file("/proc/self/uid_map", map);
  snprintf(map, sizeof map, "%u %u 1", group, group);
  write_file("/proc/self/gid_map", map);
}

static void start_loopback(void) {
  int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct ifreq request = {.ifr_name = "lo"};
  if (any < 0 || ioctl(any, SIOCGIFFLAGS, &request) != 0) fail(EXIT_CANNOT_ISOLATE, "cannot see", "lo");
  request.ifr_flags |= IFF_UP;
  if (ioctl(any, SIOCSIFFLAGS, &request) != 0) fail(EXIT_CANNOT_ISOLATE, "cannot start", "lo");
  close(any);
}

static void join(long process, const char *name, int kind) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%ld/ns/%s", process, name);
  int space = open(path, O_RDONLY | O_CLOEXEC);
  if (space < 0 || setns(space, kind) != 0) fail(EXIT_CANNOT_ISOLATE, "cannot join", path);
  close(space);
}

void leave_host(const struct options *options) {
  if (geteuid() != 0) join(options->processes_of, "user", CLONE_NEWUSER);
  if (unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC) != 0)
    fail(EXIT_CANNOT_ISOLATE, "cannot make namespaces", NULL);
  start_loopback();
}

void leave_processes(const struct options *options) { join(options->processes_of, "pid", CLONE_NEWPID); }

static int take(const char *path) {
  int tree = (int)syscall(SYS_open_tree, AT_FDCWD, path, TREE_CLONE | O_CLOEXEC);
  if (tree < 0) fail(EXIT_CANNOT_ISOLATE, "cannot take", path);
  return tree;
}

static int take_part(const char *scratch, const char *name) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s", scratch, name);
  return take(path);
}

static void make_folders(const char *path) {
  char part[PATH_MAX];
  snprintf(part, sizeof part, "%s", path);
  for (char *at = part + 1; *at; at++) {
    if (*at != '/') continue;
    *at = '\0';
    mkdir(part, 0755);
    *at = '/';
  }
  if (mkdir(part, 0755) != 0 && errno != EEXIST) fail(EXIT_CANNOT_ISOLATE, "cannot make", path);
}

static void put(int tree, const char *path) {
  if (syscall(SYS_move_mount, tree, "", AT_FDCWD, path, EMPTY_FROM) != 0)
    fail(EXIT_CANNOT_ISOLATE, "cannot mount at", path);
  close(tree);
}

static void hide(const char *path, const char *mode) {
  if (access(path, F_OK) != 0) return;
  if (mount("runtwice", path, "tmpfs", MS_NOSUID | MS_NODEV, mode) != 0)
    fail(EXIT_CANNOT_ISOLATE, "cannot hide", path);
}

static void protect(const char *path, bool is_writable, unsigned flags) {
  struct attributes attributes = {0};
  if (is_writable) attributes.clear = READ_ONLY;
  else attributes.set = READ_ONLY;
  if (syscall(SYS_mount_setattr, AT_FDCWD, path, flags, &attributes, sizeof attributes) != 0)
    fail(EXIT_CANNOT_ISOLATE, is_writable ? "cannot make writable" : "cannot make read-only", path);
}

// A writable place that is no mount is made one, so that it can be writable by itself.
static void open_place(const char *path) {
  if (mount(path, path, NULL, MS_BIND | MS_REC, NULL) != 0)
    fail(EXIT_CANNOT_ISOLATE, "cannot open", path);
}

void hide_host(const struct options *options) {
  if (mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
    fail(EXIT_CANNOT_ISOLATE, "cannot part with the mounts of the host", NULL);
  int work = take_part(options->scratch, "work");
  int tmp = take_part(options->scratch, "tmp");
  int home = take_part(options->scratch, "home");
  int visible[MAX_PLACES];
  for (int index = 0; index < options->visible_count; index++) visible[index] = take(options->visible[index]);
  for (int index = 0; index < options->writable_count; index++) open_place(options->writable[index]);
  hide("/run", "mode=755");
  hide("/dev/shm", "mode=1777");
  put(tmp, "/tmp");
  for (int index = 0; index < options->visible_count; index++) {
    make_folders(options->visible[index]);
    put(visible[index], options->visible[index]);
  }
  make_folders(options->home);
  put(home, options->home);
  make_folders(options->at);
  put(work, options->at);
  if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0)
    fail(EXIT_CANNOT_ISOLATE, "cannot mount", "/proc");
  protect("/", false, RECURSIVE);
  protect("/tmp", true, 0);
  protect("/dev/shm", true, 0);
  protect(options->home, true, 0);
  protect(options->at, true, 0);
  for (int index = 0; index < options->writable_count; index++)
    protect(options->writable[index], true, 0);
  if (chdir(options->at) != 0) fail(EXIT_CANNOT_ISOLATE, "cannot go to", options->at);
}

// What root could reach beyond the namespaces.
static const int powers[] = {CAP_SYS_ADMIN, CAP_SYS_MODULE, CAP_SYS_BOOT,  CAP_SYS_TIME, CAP_SYS_RAWIO,
                             CAP_MKNOD,     CAP_NET_ADMIN,  CAP_SYS_PTRACE, CAP_SYSLOG,   CAP_AUDIT_CONTROL};

void give_up_powers(void) {
  for (size_t index = 0; index < sizeof powers / sizeof *powers; index++)
    prctl(PR_CAPBSET_DROP, powers[index], 0, 0, 0);
}
