#!/bin/bash
# Random programs 351 to 600 with scans that read neighbours, but at the ends.
exec "$BUILD/tests/fuzz/test_random" 250 351 grids
