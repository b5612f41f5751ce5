42                          # => 42
-42                         # => -42
+5                          # => 5
1_000_000                   # => 1000000
0xff                        # => 255
-0x10                       # => -16
0XaB_cd                     # => 43981
0o17                        # => 15
0b1010                      # => 10
9223372036854775807         # => 9223372036854775807
-9223372036854775808        # => -9223372036854775808
1.                          # => 1.0
1.5e3                       # => 1500.0
1e-3                        # => 0.001
1E+2                        # => 100.0
1e400                       # => inf
-0.0                        # => -0.0
(let [+x 1 -y 2] (+ +x -y)) # => 3
9223372036854775808         # compile-error Invalid integer: 9223372036854775808
-9223372036854775809        # compile-error Invalid integer: -9223372036854775809
0x8000000000000000          # compile-error Invalid hexadecimal integer: 0x8000000000000000
0b12                        # compile-error Invalid binary integer: 0b12
1__0                        # compile-error Invalid underscore in numeric literal: 1__0
1_                          # compile-error Invalid underscore in numeric literal: 1_
1e                          # compile-error Invalid float: 1e
