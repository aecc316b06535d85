#!/bin/bash
# Random programs 451 to 700 with scans that read neighbours, but at the ends.
exec "$BUILD/tests/fuzz/test_random" 250 451 grids
