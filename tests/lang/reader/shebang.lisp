#!/usr/bin/env lisle
(def here 1)
here  # => 1
