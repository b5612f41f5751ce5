(elle/epoch 11)     # compile-error file targets epoch 11 but only up to 10 is supported
