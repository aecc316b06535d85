#!/bin/bash
# Random programs 376 to 500; test_random by itself does the first 125.
exec "$BUILD/tests/fuzz/test_random" 125 376
