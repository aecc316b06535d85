#!/bin/bash
# Random programs 751 to 875; test_random by itself does the first 125.
exec "$BUILD/tests/fuzz/test_random" 125 751
