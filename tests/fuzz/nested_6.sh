#!/bin/bash
# Random programs 626 to 750 with scans, and with derivatives inside.
exec "$BUILD/tests/fuzz/test_random" 125 626 nested
