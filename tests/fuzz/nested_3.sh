#!/bin/bash
# Random programs 251 to 375 with scans, and with derivatives inside.
exec "$BUILD/tests/fuzz/test_random" 125 251 nested
