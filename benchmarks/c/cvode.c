/*
 * CVODE (SUNDIALS) on the C of our own back end, `model.c`: dense Jacobian from the same exact derivatives, events by its root finder, outputs
 * at every full hour by its dense output. Arguments: bdf or adams, relative tolerance, seconds of processor time to measure for. The absolute tolerance of a
 * state is the relative one times FB_SHARES. Prints the median processor time of a batch in microseconds, its work, and the hourly outputs.
 */
#include "model.c"
#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sundials/sundials_types.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>
#include <time.h>

static double p[FB_PARAMETERS + 1], q[FB_HOISTED + 1], entries[FB_ENTRIES + 1], unused[2][FB_STATES + 1];
static double hourly[FB_HOURS][FB_OUTPUTS];

static int rates(realtype t, N_Vector y, N_Vector out, void *user) {
  fb_rhs(p, q, &t, N_VGetArrayPointer(y), N_VGetArrayPointer(out));
  return 0;
}

static int jacobian(realtype t, N_Vector y, N_Vector f, SUNMatrix out, void *user, N_Vector a, N_Vector b, N_Vector c) {
  fb_linearise(p, q, &t, N_VGetArrayPointer(y), unused[0], entries, unused[1]);
  SUNMatZero(out);
  for (int k = 0; k < FB_ENTRIES; k++) SM_ELEMENT_D(out, fb_rows[k], fb_columns[k]) = entries[k];
  return 0;
}

static int events(realtype t, N_Vector y, realtype *out, void *user) {
  fb_events(p, q, &t, N_VGetArrayPointer(y), out);
  return 0;
}

static void stop_on(int flag, const char *what) {
  if (flag >= 0) return;
  fprintf(stderr, "%s failed with %d\n", what, flag);
  exit(1);
}

static long steps, calls;

static void count(void *cvode) {
  long more;
  CVodeGetNumSteps(cvode, &more);
  steps += more;
  CVodeGetNumRhsEvals(cvode, &more);
  calls += more;
}

static void batch(void *cvode, N_Vector y) {
  int found[FB_EVENTS + 1], happened[FB_EVENTS + 1] = {0};
  const double zero = 0;
  double t = 0;
  steps = calls = 0;
  memcpy(p, fb_defaults, sizeof(double) * FB_PARAMETERS);
  fb_prepare(p, q);
  fb_start(p, &zero, N_VGetArrayPointer(y));
  stop_on(CVodeReInit(cvode, 0, y), "CVodeReInit");
  for (int hour = 1; hour <= FB_HOURS; hour++) {
    for (;;) {
      int flag = CVode(cvode, hour, y, &t, CV_NORMAL);
      stop_on(flag, "CVode");
      if (flag != CV_ROOT_RETURN) break;
      CVodeGetRootInfo(cvode, found);
      int any = 0;
      for (int k = 0; k < FB_EVENTS; k++) {
        if (!found[k] || happened[k]) continue;
        happened[k] = any = 1;
        fb_happen(k, p, &t, N_VGetArrayPointer(y), p);
      }
      if (!any) continue;
      fb_prepare(p, q);
      count(cvode);
      stop_on(CVodeReInit(cvode, t, y), "CVodeReInit");
    }
    fb_outputs(p, q, &t, N_VGetArrayPointer(y), hourly[hour - 1]);
  }
  count(cvode);
}

static int rising(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
  return at.tv_sec + 1e-9 * at.tv_nsec;
}

int main(int count_of_arguments, char **arguments) {
  if (count_of_arguments != 4) return fprintf(stderr, "cvode bdf|adams TOLERANCE SECONDS\n"), 64;
  const double tolerance = atof(arguments[2]), patience = atof(arguments[3]);
  SUNContext context;
  SUNContext_Create(NULL, &context);
  N_Vector y = N_VNew_Serial(FB_STATES, context), absolute = N_VNew_Serial(FB_STATES, context);
  for (int i = 0; i < FB_STATES; i++) NV_Ith_S(absolute, i) = tolerance * fb_shares[i];
  void *cvode = CVodeCreate(strcmp(arguments[1], "adams") == 0 ? CV_ADAMS : CV_BDF, context);
  stop_on(CVodeInit(cvode, rates, 0, y), "CVodeInit");
  stop_on(CVodeSVtolerances(cvode, tolerance, absolute), "CVodeSVtolerances");
  SUNMatrix matrix = SUNDenseMatrix(FB_STATES, FB_STATES, context);
  SUNLinearSolver solver = SUNLinSol_Dense(y, matrix, context);
  stop_on(CVodeSetLinearSolver(cvode, solver, matrix), "CVodeSetLinearSolver");
  stop_on(CVodeSetJacFn(cvode, jacobian), "CVodeSetJacFn");
  stop_on(CVodeRootInit(cvode, FB_EVENTS, events), "CVodeRootInit");
  stop_on(CVodeSetRootDirection(cvode, (int *)fb_directions), "CVodeSetRootDirection");
  CVodeSetMaxNumSteps(cvode, 1000000);

  static double times[100000];
  int runs = 0;
  const double until = now() + patience;
  do {
    const double begun = now();
    batch(cvode, y);
    times[runs++] = now() - begun;
  } while (runs < 100000 && now() < until);
  qsort(times, runs, sizeof(double), rising);
  printf("%.17g %ld %ld\n", 1e6 * times[runs / 2], steps, calls);
  for (int hour = 0; hour < FB_HOURS; hour++)
    for (int k = 0; k < FB_OUTPUTS; k++) printf("%.17g%c", hourly[hour][k], k + 1 < FB_OUTPUTS ? ' ' : '\n');
  return 0;
}
