#!/bin/bash
# Random programs 201 to 450 with scans that read neighbours, but at the ends.
exec "$BUILD/tests/fuzz/test_random" 250 201 grids
