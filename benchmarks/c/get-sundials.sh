#!/bin/sh
# Fetches the sources of SUNDIALS from Debian (a deb-src entry must be configured) to benchmarks/c/sundials, so that the benchmark can compile
# CVODE with optimisation: Debian's own library, libsundials-dev, is compiled without any and takes four times as long.
set -eu
cd "$(dirname "$0")"
rm -rf sundials sundials_* sundials-*
apt-get source --download-only sundials
mkdir sundials
tar xf sundials_*.orig.tar.xz -C sundials --strip-components=1
rm -f sundials_*
