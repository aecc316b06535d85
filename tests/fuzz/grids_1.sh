#!/bin/bash
# Random programs 101 to 350 with scans that read neighbours, but at the ends.
exec "$BUILD/tests/fuzz/test_random" 250 101 grids
