#!/bin/bash
# Random programs 751 to 875 with scans, and with derivatives inside.
exec "$BUILD/tests/fuzz/test_random" 125 751 nested
