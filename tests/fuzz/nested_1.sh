#!/bin/bash
# Random programs 1 to 125 with scans, and with derivatives inside.
exec "$BUILD/tests/fuzz/test_random" 125 1 nested
