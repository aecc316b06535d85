#!/bin/bash
# Random programs 501 to 625; test_random by itself does the first 125.
exec "$BUILD/tests/fuzz/test_random" 125 501
