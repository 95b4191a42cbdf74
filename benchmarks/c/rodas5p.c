/*
 * Rodas5P in C: the step, the error control, the dense output and the landing on events of our integrator, on the C of our own back end. `model.c` also
 * holds the tableau and the straight-line code of factorisation and stages. Arguments and output as those of cvode.c. It knows neither kinks nor
 * non-negativity: a problem that needs them is not given to it.
 */
#include "driver.c"

static double y[FB_STATES], next[FB_STATES], error[FB_STATES], f0[FB_STATES], u[FB_STATES], byTime[FB_STATES];
static double entries[FB_ENTRIES + 1], factors[FB_FACTORS], k[FB_STAGES * FB_STATES], absolute[FB_STATES];
static double ends[FB_EVENTS + 1], starts[FB_EVENTS + 1], poly[FB_DENSE][FB_STATES];
static int sign[FB_EVENTS + 1];
static double relative, t, step, lastAllowed;
static int fresh, denseReady;
static long steps, calls;

/* One attempt by h from (t, y) into `next` and `error`; 0: a pivot has cancelled. */
static int attempt(double h) {
  const double scale[3] = {h, 1 / h, h * FB_GAMMA};
  denseReady = 0;
  if (!fresh) fb_linearise(p, q, &t, y, f0, entries, byTime), calls++, fresh = 1;
  if (!factorise(entries, scale, factors)) return 0;
  memcpy(k, f0, sizeof f0);
  stage0(y, k, u, entries, byTime, scale, factors);
  for (int i = 1; i < FB_STAGES; i++) {
    const double at = t + fb_nodes[i] * h;
    fb_rhs(p, q, &at, u, k + i * FB_STATES);
    stages[i](y, k, u, entries, byTime, scale, factors);
  }
  calls += FB_STAGES - 1;
  memcpy(error, k + (FB_STAGES - 1) * FB_STATES, sizeof error);
  memcpy(next, u, sizeof next);
  return 1;
}

static double norm(void) {
  double largest = 0;
  for (int i = 0; i < FB_STATES; i++) {
    const double ratio = fabs(error[i]) / (absolute[i] + relative * fmax(fabs(y[i]), fabs(next[i])));
    if (ratio > largest) largest = ratio;
    else if (ratio != ratio) return INFINITY;
  }
  return largest;
}

static double scaled(const double *v) {
  double largest = 0;
  for (int i = 0; i < FB_STATES; i++) largest = fmax(largest, fabs(v[i]) / (absolute[i] + relative * fabs(y[i])));
  return largest;
}

/* Hairer, Norsett and Wanner 1993, Solving ODEs I, II.4. */
static void chooseFirstStep(double rest) {
  double a[FB_STATES], b[FB_STATES], moved[FB_STATES];
  fb_rhs(p, q, &t, y, a);
  const double d0 = scaled(y), d1 = scaled(a), h0 = fmin(d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : 0.01 * d0 / d1, rest), at = t + h0;
  for (int i = 0; i < FB_STATES; i++) moved[i] = y[i] + h0 * a[i];
  fb_rhs(p, q, &at, moved, b);
  for (int i = 0; i < FB_STATES; i++) b[i] -= a[i];
  const double largest = fmax(d1, scaled(b) / h0);
  calls += 2;
  step = fmin(100 * h0, largest <= 1e-15 ? fmax(1e-6, 1e-3 * h0) : pow(0.01 / largest, 1.0 / FB_ERROR_ORDER));
}

static void dense(double theta, double *out) {
  if (!denseReady)
    for (int d = 0; d < FB_DENSE; d++)
      for (int i = 0; i < FB_STATES; i++) {
        poly[d][i] = 0;
        for (int j = 0; j < FB_STAGES; j++) poly[d][i] += fb_dense[d][j] * k[j * FB_STATES + i];
      }
  denseReady = 1;
  for (int i = 0; i < FB_STATES; i++) {
    double inner = 0;
    for (int d = FB_DENSE - 1; d >= 0; d--) inner = poly[d][i] + theta * inner;
    out[i] = (1 - theta) * y[i] + theta * (next[i] + (1 - theta) * inner);
  }
}

static double eventAt(int event, double at, const double *state) {
  double values[FB_EVENTS + 1];
  fb_events(p, q, &at, state, values);
  return values[event];
}

static int happened[FB_EVENTS + 1];

static int signOf(double value) { return value > 0 ? 1 : value < 0 ? -1 : 0; }

static int crosses(int event, double value) {
  if (happened[event] || sign[event] == 0 || signOf(value) == sign[event]) return 0;
  return fb_directions[event] == 0 || fb_directions[event] == -sign[event];
}

/* An event on dense output. */
static double eventAlong(int event, double theta, double h) {
  double state[FB_STATES];
  dense(theta, state);
  return eventAt(event, t + theta * h, state);
}

/* Root on dense output by the Illinois variant of the false position (Dowell and Jarratt 1971, BIT 11, 168). */
static double locate(int event, double h) {
  double a = 0, b = 1, fa = eventAt(event, t, y), fb = ends[event], last = 0;
  int moved = 0;
  for (int i = 0; i < 60 && b - a > 1e-15; i++) {
    const double falsi = (a * fb - b * fa) / (fb - fa);
    const double theta = falsi > a && falsi < b && i % 8 < 6 ? falsi : 0.5 * (a + b);
    const double value = eventAlong(event, theta, h);
    if (value == 0 || fabs(theta - last) <= 1e-13) return theta;
    last = theta;
    if ((value > 0) == (fb > 0)) {
      b = theta, fb = value;
      if (moved == 1) fa *= 0.5;
      moved = 1;
    } else {
      a = theta, fa = value;
      if (moved == -1) fb *= 0.5;
      moved = -1;
    }
  }
  return b;
}

/* Redoes the step so that it ends just behind the event, to the accuracy of the method: the step taken. */
static double land(int event, double theta, double full) {
  const double unit = fmax(2.3e-16 * fabs(t + full), 1e-11 * full);
  const double low = fmax(0, theta - 1e-4), high = fmin(1, theta + 1e-4);
  const double expected = (eventAlong(event, high, full) - eventAlong(event, low, full)) / ((high - low) * full);
  double before = 0, behind = full, lastH = 0, last = 0, slope = expected, width = 1e-8 * full, h = theta * full;
  for (int round = 0; round < 80 && behind - before > 2 * unit; round++) {
    attempt(h);
    const double value = eventAt(event, t + h, next), slopeBefore = slope;
    const int isBehind = signOf(value) != sign[event];
    if (isBehind) behind = h;
    else before = h;
    if (value == 0) return h;
    if (round > 0 && value != last) slope = (value - last) / (h - lastH);
    last = value, lastH = h;
    const double move = -value / slope;
    const int isSmooth = slope / expected > 0.5 && slope / expected < 2;
    if (isSmooth && isBehind && fabs(move) <= 2 * unit) return h;
    const double doubt = isSmooth && round > 0 ? 2 * fabs(slope / slopeBefore - 1) : 1e-3;
    const double hair = fmax(unit, doubt * fabs(move));
    h += move + (isBehind && !isSmooth ? -hair : hair);
    if (h > before && h < behind && round % 4 < 3) continue;
    const double halfway = 0.5 * (before + behind);
    h = isBehind ? fmax(halfway, lastH - width) : fmin(halfway, lastH + width);
    width *= 100;
  }
  if (lastH != behind) attempt(behind);
  return behind;
}

static void readSigns(void) {
  fb_events(p, q, &t, y, starts);
  for (int e = 0; e < FB_EVENTS; e++) sign[e] = signOf(starts[e]);
}

/* One accepted step towards `end`; the event that it ends at, or -1. */
static int takeStep(double end) {
  int rejected = 0;
  double wish = step, h, size;
  for (;;) {
    const double rest = end - t;
    h = wish >= rest * (1 - 1e-10) ? rest : fmin(wish, 0.5 * rest);
    if (!(h > 4e-16 * fabs(t))) stop("The step has become too small.");
    size = attempt(h) ? norm() : INFINITY;
    if (size <= 1) break;
    rejected = 1;
    wish = size < INFINITY ? h * fmax(0.2, 0.9 * pow(size, -1.0 / FB_ERROR_ORDER)) : 0.25 * h;
    step = wish;
  }
  int hit = -1;
  double theta = 1, at = h == end - t ? end : t + h;
  fb_events(p, q, &at, next, ends);
  for (int e = 0; e < FB_EVENTS; e++) {
    if (!crosses(e, ends[e])) continue;
    const double found = locate(e, h);
    if (hit < 0 || found < theta) theta = found, hit = e;
  }
  if (hit >= 0) {
    h = land(hit, theta, h), at = t + h, size = norm();
    fb_events(p, q, &at, next, ends);
  }
  for (int e = 0; e < FB_EVENTS; e++) sign[e] = signOf(ends[e]);
  t = at;
  memcpy(y, next, sizeof y);
  fresh = 0;
  steps++;
  const double elementary = exp(-log(fmax(size, 1e-10)) / FB_ERROR_ORDER);
  const double allowed = h * fmin(8, fmax(0.2, elementary));
  const double factor = fmin(8, fmax(0.2, 0.9 * elementary * fmin(1, allowed / lastAllowed)));
  lastAllowed = allowed;
  const double longer = h * (rejected ? fmin(1, factor) : factor);
  const int cut = h < step * (1 - 1e-10);
  step = cut ? fmax(step, longer) : longer;
  return hit;
}

static void batch(void) {
  memset(happened, 0, sizeof happened);
  begin(y);
  t = step = lastAllowed = 0;
  steps = calls = 0, fresh = 0;
  readSigns();
  for (int row = 0; row < FB_ROWS; row++) {
    if (step == 0) chooseFirstStep(fb_times[row]);
    while (t < fb_times[row]) {
      const int event = takeStep(fb_times[row]);
      if (event < 0) continue;
      happened[event] = 1;
      fb_happen(event, p, &t, y, p);
      fb_prepare(p, q);
      readSigns();
      /* It stands on its zero: leaving it is no crossing. */
      sign[event] = 0;
    }
    save(row, t, y);
  }
}

int main(int count, char **arguments) {
  if (count != 4) return fprintf(stderr, "rodas5p rodas5p TOLERANCE SECONDS\n"), 64;
  relative = atof(arguments[2]);
  for (int i = 0; i < FB_STATES; i++) absolute[i] = relative * fb_shares[i];
  measure(batch, atof(arguments[3]), &steps, &calls);
  return 0;
}
