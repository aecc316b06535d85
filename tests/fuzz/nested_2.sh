#!/bin/bash
# Random programs 126 to 250 with scans, and with derivatives inside.
exec "$BUILD/tests/fuzz/test_random" 125 126 nested
