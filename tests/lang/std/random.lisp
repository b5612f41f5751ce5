(def random ((import "std/random")))
(random:int 5 5)   # raises {:error :argument-error :message "random:int: there is no integer from 5 below 5"}
(let [r ((import "std/random") :seed 42)] [(r:int 100) (r:int 100) (r:float)])   # => [43 16 0.6721561017244376]
(let [r ((import "std/random") :seed 42)] [(r:int 100) (r:int 100) (r:float)])   # => [43 16 0.6721561017244376]
((import "std/random") :seed :a)   # raises {:error :type-error :message "random: expected integer, got keyword"}
((import "std/random") :sed 5)   # raises {:error :argument-error :message "unknown named parameter :sed, valid parameters are: :seed"}
(let [r ((import "std/random") :seed 1)] (r:shuffle (range 10)))   # => [1 2 4 9 5 6 0 7 8 3]
(let [r ((import "std/random") :seed 1)] (r:shuffle |1 2 3|))   # => [1 3 2]
(let [r ((import "std/random") :seed 1)] (r:bytes 4))   # => b[18 5 110 89]
(let [r ((import "std/random") :seed 1)] (r:choice {:a 1}))   # => [:a 1]
(let [r ((import "std/random") :seed 1)] (r:choice "abc"))   # => "c"
(random:sample -1 [1])   # raises {:error :argument-error :message "random:sample: cannot take -1 of 1"}
(random:sample :a [1])   # raises {:error :type-error :message "random:sample: expected integer, got keyword"}
(random:int 1.5)   # raises {:error :type-error :message "random:int: expected integer, got float"}
# Every value of a range comes up, and none outside it.
(let [r ((import "std/random") :seed 7)] (seq->set (map (fn [_] (r:int 3 6)) (range 100))))   # => |3 4 5|
(let [r ((import "std/random") :seed 7)] (frequencies (map (fn [_] (r:bool)) (range 100))))   # => {false 43 true 57}
(let [r ((import "std/random") :seed 7)] (all? (fn [_] (let [x (r:float)] (and (>= x 0) (< x 1)))) (range 100)))   # => true
# A shuffled array has the same elements, and a sample has no element twice.
(sort (random:shuffle (range 50)))   # => [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49]
(length (seq->set (random:sample 30 (range 50))))   # => 30
# Each call of the module gives a generator of its own.
(let [a ((import "std/random") :seed 1) b ((import "std/random") :seed 1)] (a:int 100) (= (a:int 100) (b:int 100)))   # => false
(let [r (import "plugin/random")] (r:int 5 6))   # => 5
