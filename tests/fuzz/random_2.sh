#!/bin/bash
# Random programs 126 to 250; test_random by itself does the first 125.
exec "$BUILD/tests/fuzz/test_random" 125 126
