#!/bin/bash
# small.sh -- the benchmark runs with the works that have a file here; those of networks.sh apart, and the sweeps.
exec tests/bench/smoke $(ls tests/bench/hand | sed 's/\.c$//' | grep -vxFf tests/bench/networks) sweeps
