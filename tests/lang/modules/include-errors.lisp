(include "no-such-file")                                  # compile-error include: 'no-such-file' not found
