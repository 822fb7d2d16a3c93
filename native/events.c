#include "native.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int output = -1;

void open_events(int descriptor) { output = descriptor; }

enum { ROOM = 20000 };

// A field of a line: the signs that end fields and lines are written out.
static size_t put_field(char *line, size_t at, const char *text) {
  line[at++] = '\t';
  for (; text && *text && at < ROOM - 4; text++) {
    char sign = *text == '\n' ? 'n' : *text == '\t' ? 't' : *text == '\\' ? '\\' : '\0';
    if (sign) line[at++] = '\\';
    line[at++] = sign ? sign : *text;
  }
  return at;
}

static void put_line(char *line, size_t length) {
  line[length++] = '\n';
  for (size_t done = 0; done < length;) {
    ssize_t written = write(output, line + done, length - done);
    if (written <= 0) return;
    done += (size_t)written;
  }
}

void write_event(const struct event *event) {
  if (output < 0) return;
  char line[ROOM];
  size_t at = 0;
  line[at++] = event->counts ? 'E' : 'N';
  at = put_field(line, at, event->name);
  at = put_field(line, at, event->path);
  at = put_field(line, at, event->other);
  put_line(line, at);
}

void write_end(const char *how, long number) {
  if (output < 0) return;
  char line[64], text[24];
  size_t at = 0;
  line[at++] = 'X';
  at = put_field(line, at, how);
  snprintf(text, sizeof text, "%ld", number);
  at = put_field(line, at, text);
  put_line(line, at);
}
