#!/bin/bash
# Random programs 876 to 1000; test_random by itself does the first 125.
exec "$BUILD/tests/fuzz/test_random" 125 876
