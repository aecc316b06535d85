#!/bin/bash
# networks.sh -- the benchmark runs with the works that tests/bench/networks lists.
exec tests/bench/smoke $(cat tests/bench/networks)
