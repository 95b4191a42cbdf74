# p1 by deSolve's LSODA with root finding (lsodar): desolve-batch.R LIBRARY SIZE TOLERANCE SECONDS. The model is our generated C by deSolve's interface for
# compiled models, with its exact Jacobian, root and event. Prints as the drivers in C do; the steps are not told.
suppressMessages(library(deSolve))
arguments <- commandArgs(trailingOnly = TRUE)
path <- arguments[1]
size <- as.integer(arguments[2])
tolerance <- as.numeric(arguments[3])
seconds <- as.numeric(arguments[4])
dyn.load(path)
name <- sub("\\.so$", "", basename(path))
call <- function(what, ...) .C(what, ..., PACKAGE = name)
shares <- call("library_shares", double(size))[[1]]

batch <- function() {
  start <- call("library_begin", double(size))[[1]]
  lsodar(
    start, 0:20, "desolve_rhs", parms = NULL, rtol = tolerance, atol = tolerance * shares, dllname = name,
    initfunc = "desolve_parameters", jacfunc = "desolve_jacobian", jactype = "fullusr", rootfunc = "desolve_root", nroot = 1,
    events = list(func = "desolve_event", root = TRUE), maxsteps = 1e5
  )
}

spent <- function() sum(proc.time()[1:2])
found <- batch()
calls <- call("library_calls", integer(1))[[1]]
runs <- 0
begun <- spent()
repeat {
  batch()
  runs <- runs + 1
  if (spent() - begun >= max(seconds, 0.05)) break
}
cat(sprintf("%.17g -1 %d\n", 1e6 * (spent() - begun) / runs, calls))
for (hour in 1:20) {
  row <- call("library_row", as.double(hour), found[hour + 1, -1], double(8))[[3]]
  cat(sprintf("%.17g", row), "\n")
}
