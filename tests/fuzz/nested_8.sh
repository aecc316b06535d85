#!/bin/bash
# Random programs 876 to 1000 with scans, and with derivatives inside.
exec "$BUILD/tests/fuzz/test_random" 125 876 nested
