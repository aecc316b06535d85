#!/bin/bash
# Random programs 751 to 1000; test_random by itself does the first 250.
exec "$BUILD/tests/fuzz/test_random" 250 751
