#!/bin/bash
# Random programs 501 to 750; test_random by itself does the first 250.
exec "$BUILD/tests/fuzz/test_random" 250 501
