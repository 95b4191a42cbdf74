/*
 * What every driver in C shares: the model with its parameters, the rows that it saves, and the clock of processor time. `model.c` is the C of our back end
 * with FB_ROWS times of rows, FB_SAVED outputs that are saved, and the absolute tolerance of each state as a share of the relative one.
 */
#include "model.c"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double p[FB_PARAMETERS + 1], q[FB_HOISTED + 1];
static double rows[FB_ROWS][FB_SAVED];

static void stop(const char *why) {
  fprintf(stderr, "%s\n", why);
  exit(1);
}

/* Parameters and state as at the start. */
static void begin(double *y) {
  const double zero = 0;
  memcpy(p, fb_defaults, sizeof(double) * FB_PARAMETERS);
  fb_prepare(p, q);
  fb_start(p, &zero, y);
}

static void save(int row, double t, const double *y) {
  double values[FB_OUTPUTS];
  fb_outputs(p, q, &t, y, values);
  for (int i = 0; i < FB_SAVED; i++) rows[row][i] = values[fb_saved[i]];
}

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
  return at.tv_sec + 1e-9 * at.tv_nsec;
}

static int rising(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

/* Runs a batch for so many seconds of processor time; prints the median of a batch in microseconds, its work, and its rows. */
static void measure(void (*batch)(void), double seconds, const long *steps, const long *calls) {
  static double times[100000];
  int runs = 0;
  const double until = now() + seconds;
  do {
    const double begun = now();
    batch();
    times[runs++] = now() - begun;
  } while (runs < 100000 && now() < until);
  qsort(times, runs, sizeof(double), rising);
  printf("%.17g %ld %ld\n", 1e6 * times[runs / 2], *steps, *calls);
  for (int row = 0; row < FB_ROWS; row++)
    for (int i = 0; i < FB_SAVED; i++) printf("%.17g%c", rows[row][i], i + 1 < FB_SAVED ? ' ' : '\n');
}
