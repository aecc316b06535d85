#!/bin/bash
# Random programs 251 to 500; test_random by itself does the first 250.
exec "$BUILD/tests/fuzz/test_random" 250 251
