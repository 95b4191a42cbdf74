/*
 * CVODE (SUNDIALS) on the C of our own back end: dense Jacobian from the same exact derivatives, events by its root finder, rows by its dense output.
 * Arguments: bdf or adams, relative tolerance, seconds of processor time to measure for. Prints the median processor time of a batch in microseconds, its work,
 * and its rows.
 */
#include "driver.c"
#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_types.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>

static double entries[FB_ENTRIES + 1], unused[2][FB_STATES + 1];
static void *cvode;
static N_Vector y;
static long steps, calls;

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

static void count(void) {
  long more;
  CVodeGetNumSteps(cvode, &more);
  steps += more;
  CVodeGetNumRhsEvals(cvode, &more);
  calls += more;
}

static void batch(void) {
  int found[FB_EVENTS + 1], happened[FB_EVENTS + 1] = {0};
  double t = 0;
  steps = calls = 0;
  begin(N_VGetArrayPointer(y));
  stop_on(CVodeReInit(cvode, 0, y), "CVodeReInit");
  for (int row = 0; row < FB_ROWS; row++) {
    for (;;) {
      int flag = CVode(cvode, fb_times[row], y, &t, CV_NORMAL);
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
      count();
      stop_on(CVodeReInit(cvode, t, y), "CVodeReInit");
    }
    save(row, t, N_VGetArrayPointer(y));
  }
  count();
}

int main(int count_of_arguments, char **arguments) {
  if (count_of_arguments != 4) return fprintf(stderr, "cvode bdf|adams TOLERANCE SECONDS\n"), 64;
  const double tolerance = atof(arguments[2]), patience = atof(arguments[3]);
  SUNContext context;
  SUNContext_Create(NULL, &context);
  N_Vector absolute = N_VNew_Serial(FB_STATES, context);
  y = N_VNew_Serial(FB_STATES, context);
  for (int i = 0; i < FB_STATES; i++) NV_Ith_S(absolute, i) = tolerance * fb_shares[i];
  cvode = CVodeCreate(strcmp(arguments[1], "adams") == 0 ? CV_ADAMS : CV_BDF, context);
  stop_on(CVodeInit(cvode, rates, 0, y), "CVodeInit");
  stop_on(CVodeSVtolerances(cvode, tolerance, absolute), "CVodeSVtolerances");
  SUNMatrix matrix = SUNDenseMatrix(FB_STATES, FB_STATES, context);
  SUNLinearSolver solver = SUNLinSol_Dense(y, matrix, context);
  stop_on(CVodeSetLinearSolver(cvode, solver, matrix), "CVodeSetLinearSolver");
  stop_on(CVodeSetJacFn(cvode, jacobian), "CVodeSetJacFn");
  stop_on(CVodeRootInit(cvode, FB_EVENTS, FB_EVENTS > 0 ? events : NULL), "CVodeRootInit");
  if (FB_EVENTS > 0) stop_on(CVodeSetRootDirection(cvode, (int *)fb_directions), "CVodeSetRootDirection");
  CVodeSetMaxNumSteps(cvode, 1000000);
  measure(batch, patience, &steps, &calls);
  return 0;
}
