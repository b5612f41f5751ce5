# std/pool.
(def pool ((import "std/pool")))
(defn square [x] (* x x))
(pool:map square (range 10))                         # => [0 1 4 9 16 25 36 49 64 81]
(pool:map square (list 1 2))                         # => [1 4]
(pool:map square [])                                 # => []
(pool:run + 1 2)                                     # => 3
(pool:run (fn [] (square 3)))                        # => 9
(= (pool:size) (sys/cores))                          # => true
(pool:map (fn [x] (/ 6 x)) [1 0 :a])                 # raises :division-by-zero
(pool:run (fn [] (error {:error :boom :n 1})))       # raises :boom
(pool:run (fn [] @{}))                               # raises :thread-error
(let [m @{}] (pool:map (fn [_] m) [1]))              # raises :thread-error
(pool:map 5 [1])                                     # raises :type-error
(pool:map square 5)                                  # raises :type-error

# Many callers at once, more than the queue holds.
(fold + 0 (ev/map (fn [i] (pool:run square i)) (range 50)))  # => 40425

# A worker that calls the pool does the work itself.
(pool:map (fn [x] (pool:map square [x])) [1 2])      # => [[1] [4]]

# Who gives up is not in the way of others.
(ev/timeout 0.01 (fn [] (pool:map (fn [_] (ev/sleep 0.05)) (range 40))) :late)  # => :late
(pool:run square 4)                                  # => 16

(def own (pool:make 1))
(own:map square [1 2 3])                             # => [1 4 9]
(own:size)                                           # => 1
(own:close)
(own:run square 1)                                   # raises :thread-error
(pool:make 0)                                        # raises :argument-error
(pool:make :two)                                     # raises :type-error
