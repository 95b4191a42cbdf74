"""p1 by SciPy: scipy_batch.py LIBRARY METHOD RIGHT_HAND_SIDE TOLERANCE SECONDS.

METHOD is LSODA or Radau (`solve_ivp`, with its events) or odeint (LSODA as one call of Fortran, split where the feed starts). RIGHT_HAND_SIDE is c, our
generated C by ctypes with its exact Jacobian, or python, the equations as a user writes them down. Prints as the drivers in C do: microseconds of processor
time a batch, steps, right-hand sides, then the eight quantities hour by hour.
"""

import ctypes
import sys
import time
from math import exp

import numpy as np
from scipy.integrate import odeint, solve_ivp

END_H = 20
HOURS = np.arange(1.0, END_H + 1)


class Generated:
    """The model in our C; states are amounts."""

    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        size = ctypes.c_int.in_dll(self.library, "library_states").value
        self.rows = ctypes.c_int(size)
        self.t = ctypes.c_double()
        self.y, self.out, self.shares = np.zeros(size), np.zeros(size), np.zeros(size)
        self.entries = np.zeros((size, size), order="F")
        self.one, self.row = np.zeros(1), np.zeros(8)
        self.library.library_shares(self.pointer(self.shares))
        arguments = (ctypes.byref(self.t), self.pointer(self.y))
        self.rhs_arguments = (*arguments, self.pointer(self.out))
        self.jacobian_arguments = (*arguments, ctypes.byref(self.rows), self.pointer(self.entries))
        self.event_arguments = (*arguments, self.pointer(self.one))
        self.row_arguments = (*arguments, self.pointer(self.row))

    @staticmethod
    def pointer(array):
        return array.ctypes.data_as(ctypes.c_void_p)

    def begin(self):
        self.library.library_begin(self.pointer(self.y))
        return self.y.copy()

    def at(self, t, y):
        self.t.value = t
        self.y[:] = y

    def rates(self, t, y):
        self.at(t, y)
        self.library.library_rhs(*self.rhs_arguments)
        return self.out.copy()

    def jacobian(self, t, y):
        self.at(t, y)
        self.library.library_jacobian(*self.jacobian_arguments)
        return self.entries

    def event(self, t, y):
        self.at(t, y)
        self.library.library_pending(*self.event_arguments)
        return self.one[0]

    def start_feed(self, t, y):
        self.at(t, y)
        self.library.library_happen(ctypes.byref(self.t), self.pointer(self.y))

    def saved(self, t, y):
        self.at(t, y)
        self.library.library_row(*self.row_arguments)
        return self.row.copy()

    @property
    def calls(self):
        count = ctypes.c_int()
        self.library.library_calls(ctypes.byref(count))
        return count.value


class Plain:
    """The model in plain Python; states are the eight quantities, concentrations first."""

    shares = np.array([1e-3, 1e-3, 1e-3, 1e-5, 1e-3, 1e-3, 1e-3, 1e-4])
    jacobian = None

    def begin(self):
        self.calls, self.rate, self.started = 0, 0.0, None
        return np.array([0.17, 10, 0.0129, 0.0073, 2, 0, 0.2095, 0.0004])

    def rates(self, t, y):
        self.calls += 1
        X, S, A, O, V, P, yO, yC = y.tolist()
        qS = 0.6356 / (1 + A / 1.2399) * S / (S + 0.037)
        qSof = 0.2268 * qS / (qS + 0.5052)
        qSox = (qS - qSof) * O / (O + 1e-4)
        qSan = (qSox - 0.0129) * 0.5333 * 0.488 / 0.391
        qsA = 0.1148 / (1 + qS / 2.1231) * A / (A + 0.0134)
        mu = (qSox - 0.0129) * 0.5333 + qsA * 0.5718 + qSof * 0.2268
        qO = 1.562 * (qSox - qSan) + qsA * 0.544
        OTR = 700 * (0.0075 / 0.2095 * yO - O)
        CER = (0.4 * qSox + 0.4 * qsA - 0.2928 * mu) * X / 12
        F = self.rate * exp(0.13 * (t - self.started)) if self.started is not None else 0.0
        D = F / V
        return [
            (mu - D) * X,
            D * (500 - S) - qS * X,
            (qSof * 0.9097 - qsA) * X - D * A,
            OTR - qO * X - D * O,
            F,
            (0.05 * mu + 0.002) * X - D * P,
            (120 * (0.2095 - yO) - 24.8 * OTR * V / 32) / 0.5,
            (120 * (0.0004 - yC) + 24.8 * CER * V) / 0.5,
        ]

    def event(self, t, y):
        return y[1] - 0.05

    def start_feed(self, t, y):
        self.rate, self.started = 0.13 * y[0] * y[4] / (0.4 * 500), t

    def saved(self, t, y):
        return y


def by_solve_ivp(model, method, tolerance):
    def event(t, y):
        return model.event(t, y)

    event.terminal, event.direction = True, -1
    rows = []

    def solve(t, y, events):
        settings = {"rtol": tolerance, "atol": tolerance * model.shares, "jac": model.jacobian}
        return solve_ivp(model.rates, (t, END_H), y, method, HOURS[HOURS > t], events=events, **settings)

    first = solve(0, model.begin(), event)
    for t, y in zip(first.t, first.y.T):
        rows.append(model.saved(t, y))
    started, state = first.t_events[0][0], first.y_events[0][0]
    model.start_feed(started, state)
    second = solve(started, state, None)
    for t, y in zip(second.t, second.y.T):
        rows.append(model.saved(t, y))
    # It does not tell its steps where rows are asked for.
    return rows, -1


def by_odeint(model, _, tolerance):
    settings = {"rtol": tolerance, "atol": tolerance * model.shares, "tfirst": True, "mxstep": 100000}
    settings["Dfun"] = model.jacobian

    def solve(times, y):
        found, told = odeint(model.rates, y, times, full_output=True, tcrit=times[-1:], **settings)
        return found, int(told["nst"][-1])

    # Without events of its own: the hour in which the feed starts is searched by `solve_ivp`, all others are one call.
    rows, state = [], model.begin()
    found, steps = solve(np.append(0.0, HOURS), state)
    hour = next(i for i in range(1, END_H + 1) if model.event(HOURS[i - 1], found[i]) < 0)
    for i in range(1, hour):
        rows.append(model.saved(HOURS[i - 1], found[i]))

    def event(t, y):
        return model.event(t, y)

    event.terminal, event.direction = True, -1
    at = {"rtol": tolerance, "atol": tolerance * model.shares, "jac": model.jacobian}
    last = solve_ivp(model.rates, (hour - 1, hour), found[hour - 1], "LSODA", events=event, **at)
    started, state = last.t_events[0][0], last.y_events[0][0]
    model.start_feed(started, state)
    rest, more = solve(np.append(started, HOURS[HOURS > started]), state)
    for t, y in zip(HOURS[HOURS > started], rest[1:]):
        rows.append(model.saved(t, y))
    return rows, steps + more


def main():
    path, method, language, tolerance, seconds = sys.argv[1:]
    model = Generated(path) if language == "c" else Plain()
    batch = by_odeint if method == "odeint" else by_solve_ivp
    rows, steps = batch(model, method, float(tolerance))
    times = []
    until = time.process_time() + float(seconds)
    while not times or time.process_time() < until:
        begun = time.process_time()
        batch(model, method, float(tolerance))
        times.append(time.process_time() - begun)
    print(f"{1e6 * sorted(times)[len(times) // 2]:.17g} {steps} {model.calls}")
    for row in rows:
        print(" ".join(f"{value:.17g}" for value in row))


main()
