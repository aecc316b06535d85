#!/bin/bash
# Random programs 251 to 375; test_random by itself does the first 125.
exec "$BUILD/tests/fuzz/test_random" 125 251
