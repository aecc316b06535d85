#!/bin/bash
# Random programs 626 to 750; test_random by itself does the first 125.
exec "$BUILD/tests/fuzz/test_random" 125 626
