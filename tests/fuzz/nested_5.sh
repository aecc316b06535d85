#!/bin/bash
# Random programs 501 to 625 with scans, and with derivatives inside.
exec "$BUILD/tests/fuzz/test_random" 125 501 nested
