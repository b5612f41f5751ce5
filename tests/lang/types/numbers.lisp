(+ 9223372036854775807 1)      # => -9223372036854775808
(- -9223372036854775808)       # => -9223372036854775808
(* 4611686018427387904 4)      # => 0
(abs -9223372036854775808)     # raises {:error :overflow :message "abs: integer overflow"}
(/ 7 2)                        # => 3
(/ -7 2)                       # => -3
(/ 7 2.0)                      # => 3.5
(/ 4)                          # => 0.25
(/ 1 0)                        # raises {:error :division-by-zero :message "/: division by zero"}
(/ 0)                          # raises :division-by-zero
(/ 1 0.0)                      # => inf
(rem -7 2)                     # => -1
(mod -7 2)                     # => 1
(mod 7 -2)                     # => -1
(rem 5.5 2)                    # => 1.5
(rem 1 0)                      # raises :division-by-zero
(mod 1 0)                      # raises {:error :division-by-zero :message "mod: division by zero"}
(mod 1.5 1)                    # raises :type-error
(+ 1 2.5)                      # => 3.5
(+)                            # => 0
(*)                            # => 1
(- 5)                          # => -5
(+ 1 2 3 4)                    # => 10
(- 10 1 2)                     # => 7
(/ 9 3 2)                      # => 1
(+ 1 :a)                       # raises {:error :type-error :message "+: expected number, got keyword"}
(inc :a)                       # raises {:error :type-error :message "+: expected number, got keyword"}
(min 3 1 2)                    # => 1
(max 2 2.0)                    # => 2
(pow 2 10)                     # => 1024
(pow 2 -1)                     # => 0.5
(floor -2.5)                   # => -3
(round 2.5)                    # => 3
(round -0.5)                   # => -1
(integer 3.9)                  # => 3
(integer "42")                 # raises {:error :type-error :message "integer: expected number, got string"}
(parse-int "ff" 16)            # => 255
(parse-int "4.5")              # raises :parse-error
(fold + 0 [1 2 3])             # => 6
(fold * 1 [2 3 4])             # => 24
(map - [1 2])                  # => [-1 -2]
(let [plus +] (plus 1 2 3))    # => 6
(let [plus +] (plus 1 "a"))    # raises :type-error
(let [minus -] (minus))        # raises :arity-error
(apply < [1 2 3])              # => true
