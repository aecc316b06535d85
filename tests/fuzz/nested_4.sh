#!/bin/bash
# Random programs 376 to 500 with scans, and with derivatives inside.
exec "$BUILD/tests/fuzz/test_random" 125 376 nested
