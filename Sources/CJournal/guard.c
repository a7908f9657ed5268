#define _GNU_SOURCE
#include "CJournal.h"
#include "journal.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* libhdf5 believes much of what a file says, and some damaged files crash it. Nothing can be saved in the process then, but it
   can be said which file it was; what was being written is rolled back when its file is opened next. */

static _Thread_local volatile sig_atomic_t is_inside;
static char current[1024];
static int exit_code;

void lamella_enter(void) { is_inside = 1; }
void lamella_leave(void) { is_inside = 0; }

void note_current(const char *path) {
  size_t length = strlen(path);
  if (length >= sizeof current) length = sizeof current - 1;
  memcpy(current, path, length);
  current[length] = 0;
}

static void say(const char *text) {
  size_t left = strlen(text);
  while (left > 0) {
    ssize_t put = write(STDERR_FILENO, text, left);
    if (put <= 0) return;
    text += put;
    left -= (size_t)put;
  }
}

static void receive(int number) {
  if (!is_inside) {
    signal(number, SIG_DFL);
    raise(number);
    return;
  }
  say("lamella: ");
  say(current);
  say(": the file is damaged: libhdf5 crashed on what it says\n"
      "Take it from a backup; h5dump may show what is left.\n");
  _exit(exit_code);
}

void lamella_guard(int code) {
  exit_code = code;
  /* Of its own, since what crashes may be a recursion that filled the usual one. */
  static char stack[64 << 10];
  stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&alternative, NULL);
  struct sigaction action = {.sa_handler = receive, .sa_flags = SA_ONSTACK | SA_NODEFER};
  sigemptyset(&action.sa_mask);
  const int numbers[] = {SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
  for (size_t at = 0; at < sizeof numbers / sizeof numbers[0]; at++) sigaction(numbers[at], &action, NULL);
}
