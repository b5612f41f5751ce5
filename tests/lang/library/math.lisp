(sqrt 16)   # => 4.0
(sqrt "a")   # raises {:error :type-error :message "sqrt: expected number, got string"}
(math/sqrt -1)   # => NaN
(log 8 2)   # => 3.0
(log (e))   # => 1.0
(log 0)   # => -inf
(log "a")   # raises {:error :type-error :message "log: expected number, got string"}
(log 1 "a")   # raises {:error :type-error :message "log: expected number, got string"}
(exp2 3)   # => 8.0
(cbrt 27)   # => 3.0
(atan2 1 1)   # => 0.7853981633974483
(pow 2 10)   # => 1024
(pow 2 64)   # => 0
(pow 2 -1)   # => 0.5
(pow 2.0 3)   # => 8.0
(pow 0 0)   # => 1
(pow 2 0.5)   # => 1.4142135623730951
(floor 1.5)   # => 1
(floor -1.5)   # => -2
(ceil 1.2)   # => 2
(round 2.5)   # => 3
(round -2.5)   # => -3
(round 5)   # => 5
(floor (inf))   # => 9223372036854775807
(floor (nan))   # => 0
(ceil (-inf))   # => -9223372036854775808
(trunc 1.7)   # => 1.0
(trunc 5)   # => 5.0
(fmod 5.5 2)   # => 1.5
(fmod -5 3)   # => -2.0
(fmod 1 0)   # raises {:error :division-by-zero :message "fmod: division by zero"}
(fmod 1 0.0)   # raises {:error :division-by-zero :message "fmod: division by zero"}
(pi)   # => 3.141592653589793
(math/pi)   # => 3.141592653589793
(e)   # => 2.718281828459045
(inf)   # => inf
(+inf)   # => inf
(-inf)   # => -inf
(nan)   # => NaN
(let [e 5 pi 3] (+ e pi))   # => 8
(math/f32-bits 1.0)   # => 1065353216
(math/f32-from-bits 1065353216)   # => 1.0
