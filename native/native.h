// Runs a command so that it can reach nothing but a copy, and tells or ends it at its Nth effect.
#ifndef NATIVE_H
#define NATIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { MAX_PLACES = 16, MAX_RELAYS = 16 };

// What is sent to a port of the command's own network goes to a socket outside.
struct relay {
  int port;
  const char *socket;
};

struct options {
  const char *scratch;   // the folder with the copies: work, tmp, home
  const char *at;        // where the copy of work is seen
  const char *home;      // where the copy of home is seen
  const char *writable[MAX_PLACES]; // further places that may be written to
  int writable_count;
  const char *visible[MAX_PLACES]; // folders that are seen although what they are in is hidden
  int visible_count;
  struct relay relays[MAX_RELAYS]; // their sockets are in one folder
  int relay_count;
  int events;            // a descriptor that each effect is written to; -1: none
  const char *kill;      // "before" or "after" an effect; NULL: nowhere
  const char *fail;      // the disk is "full" from an effect on, or "broken" at it; NULL: it is well
  const char *effect;    // its name,
  const char *path;      // a pattern of its path, of fnmatch(3),
  long nth;              // and which one of those it is, from 1 on
  long processes_of;     // the process of `--hold`, in whose space of processes it is run
  long again_after_ms;   // so long after the first a second one is started; -1: none
  long clock_ahead_s;    // so much later it is for the command; 0: as late as it is
  bool isolate;
  char **command;
};

// Codes of our own, when the command was not run.
enum { EXIT_CANNOT_ISOLATE = 96, EXIT_CANNOT_TRACE = 97, EXIT_USAGE = 98 };

// Says why on standard error, and ends the process.
_Noreturn void fail(int code, const char *what, const char *about);

// sandbox.c: to be called in this order.
void leave_user(void);                            // where that is needed for the others
void leave_host(const struct options *options);   // new namespaces
void leave_processes(const struct options *options); // the next child is among those of `--hold`
void hide_host(const struct options *options);    // in that child
void give_up_powers(void);                        // before the command

// hold.c: makes a space of processes, says whose it is, and ends it when nobody writes to its input any more.
int hold_processes(void);

// relay.c
pid_t start_relay(const struct options *options);
void end_relay(pid_t relay); // when the command has ended

// filter.c
void install_filter(bool with_clock);

// trace.c: runs the command to its end, and gives the status to exit with.
int run_traced(const struct options *options);

// events.c
struct event {
  const char *name;
  const char *path;
  const char *other; // the second path, or empty
  bool counts;       // false for what only tells what is reached for
};
void open_events(int descriptor);
void write_event(const struct event *event);
void write_end(const char *how, long number);

// paths.c: false where it cannot be told.
bool path_of_descriptor(pid_t pid, long descriptor, char *path, size_t size);
bool path_at(pid_t pid, long folder, unsigned long address, char *path, size_t size);
bool read_memory(pid_t pid, unsigned long address, void *into, size_t size);
bool write_memory(pid_t pid, unsigned long address, void *from, size_t size);

pid_t leader_of(pid_t task); // of its process

// sockets.c
bool describe_connect(pid_t pid, long descriptor, unsigned long address, unsigned long length,
                      struct event *event);
bool describe_send(pid_t pid, long descriptor, struct event *event);

// calls.c: what a system call is about to do; false where that is no effect.
struct call {
  long number;
  unsigned long args[6];
};
bool describe(pid_t pid, const struct call *call, struct event *event);

// registers.c
unsigned long stack_of(pid_t pid);         // 0 for a program for another processor
bool answer_call(pid_t pid, long result); // in the place of the call that it is about to make

// clock.c
bool ask_for_time(pid_t pid); // has a program that begins ask the kernel for the time; false where it cannot
bool tell_time(pid_t pid, const struct call *call, long ahead_s); // false where the call does not ask for it

// waits.c
bool begin_wait(pid_t pid, const struct call *call, long ahead_s); // false where it waits for no time
void end_wait(pid_t pid);                                          // when that call has ended

// faults.c: the error that the effect ends with in its place, or 0; `is_it`: the disk fails from there on.
int error_at(const struct options *options, const struct event *event, bool is_it);

#endif
