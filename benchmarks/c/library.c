/*
 * The model as a shared library for solvers of other languages: plain functions for ctypes, and the signatures of deSolve's compiled models (Soetaert, Petzoldt
 * and Setzer, vignette "compiledCode"). One plant a process.
 */
#include "driver.c"

const int library_states = FB_STATES;

static long calls;
static int happened[FB_EVENTS + 1];

void library_begin(double *y) {
  memset(happened, 0, sizeof happened);
  calls = 0;
  begin(y);
}

void library_shares(double *out) { memcpy(out, fb_shares, sizeof(double) * FB_STATES); }

void library_calls(int *out) { *out = (int)calls; }

void library_rhs(const double *t, const double *y, double *out) {
  calls++;
  fb_rhs(p, q, t, y, out);
}

/* Column by column, as R and Fortran have it; `rows` is the length of a column. */
void library_jacobian(const double *t, const double *y, const int *rows, double *out) {
  static double entries[FB_ENTRIES + 1], unused[2][FB_STATES + 1];
  fb_linearise(p, q, t, y, unused[0], entries, unused[1]);
  memset(out, 0, sizeof(double) * *rows * FB_STATES);
  for (int k = 0; k < FB_ENTRIES; k++) out[fb_columns[k] * *rows + fb_rows[k]] = entries[k];
}

/* The one event that sets something and has not happened yet; 1 once there is none. */
void library_pending(const double *t, const double *y, double *out) {
  double values[FB_EVENTS + 1];
  fb_events(p, q, t, y, values);
  *out = 1;
  for (int k = 0; k < FB_EVENTS; k++)
    if (fb_sets[k] && !happened[k]) *out = -fb_directions[k] * values[k];
}

void library_happen(const double *t, const double *y) {
  for (int k = 0; k < FB_EVENTS; k++) {
    if (!fb_sets[k] || happened[k]) continue;
    happened[k] = 1;
    fb_happen(k, p, t, y, p);
  }
  fb_prepare(p, q);
}

void library_row(const double *t, const double *y, double *out) {
  save(0, *t, y);
  memcpy(out, rows[0], sizeof rows[0]);
}

void desolve_parameters(void (*take)(int *, double *)) {}

void desolve_rhs(int *size, double *t, double *y, double *rates, double *out, int *sizes) { library_rhs(t, y, rates); }

void desolve_jacobian(int *size, double *t, double *y, int *below, int *above, double *out, int *rows, double *more, int *sizes) {
  library_jacobian(t, y, rows, out);
}

void desolve_root(int *size, double *t, double *y, int *count, double *out, double *more, int *sizes) { library_pending(t, y, out); }

void desolve_event(int *size, double *t, double *y) { library_happen(t, y); }
