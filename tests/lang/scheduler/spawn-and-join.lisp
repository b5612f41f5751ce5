(ev/join (ev/spawn (fn [] (+ 1 2))))                                      # => 3
(fiber/status (ev/spawn (fn [] 1)))                                       # => :new
(ev/join [(ev/spawn (fn [] :first)) (ev/spawn (fn [] :second))])          # => [:first :second]
(ev/join (list (ev/spawn (fn [] 1))))                                     # => [1]
(ev/join [])                                                              # => []
(let [f (ev/spawn (fn [] 1))] [(ev/join f) (ev/join f)])                  # => [1 1]
(ev/join (ev/spawn (fn [] (error {:error :boom :n 1}))))                  # raises {:error :boom :n 1}
(ev/join-protected (ev/spawn (fn [] (error :boom))))                      # => [false :boom]
(ev/join-protected (ev/spawn (fn [] 5)))                                  # => [true 5]
(ev/join-protected [(ev/spawn (fn [] 5)) (ev/spawn (fn [] (error :x)))])  # => [[true 5] [false :x]]
(ev/join-protected (ev/spawn (fn [x] x)))                                 # => [true nil]
(ev/spawn 5)                                                              # raises :type-error
(ev/join 5)                                                               # raises :type-error
(ev/join nil)                                                             # raises :type-error
(ev/join [1])                                                             # raises :type-error
# First come, first served.
(let [log @[]] (ev/join (map (fn [i] (ev/spawn (fn [] (push log i)))) [1 2 3])) log)                                 # => @[1 2 3]
(let [log @[]] (ev/join (map (fn [i] (ev/spawn (fn [] (ev/sleep 0.01) (push log i)))) [1 2 3])) log)                 # => @[1 2 3]
(let [log @[]] (ev/join (map (fn [s] (ev/spawn (fn [] (ev/sleep s) (push log s)))) [0.03 0.01 0.02])) log)           # => @[0.01 0.02 0.03]
# A spawned fiber does not run before its spawner waits.
(let [log @[] f (ev/spawn (fn [] (push log :child)))] (push log :parent) (ev/join f) log)                            # => @[:parent :child]
# Many joiners of one fiber.
(let [slow (ev/spawn (fn [] (ev/sleep 0.01) :value)) joiners (map (fn [_] (ev/spawn (fn [] (ev/join slow)))) (range 5))] (ev/join joiners))   # => [:value :value :value :value :value]
# Waiting inside handlers, generators and callbacks.
(protect (ev/sleep 0) (ev/join (ev/spawn (fn [] 1))))                                                                # => [true 1]
(try (ev/join (ev/spawn (fn [] (ev/sleep 0) (error :later)))) (catch e [:caught e]))                                 # => [:caught :later]
(let [g (fiber/new (fn [] (ev/sleep 0.001) (yield 1) (ev/sleep 0.001) (yield 2)) :yield)] (stream/collect g))        # => (1 2)
(map (fn [x] (ev/sleep 0.001) (* x x)) [1 2 3])                                                                      # => [1 4 9]
(let [log @[]] (defer (push log :cleanup) (ev/sleep 0) (push log :body)) log)                                        # => @[:body :cleanup]
(let [log @[]] (defer (begin (ev/sleep 0.001) (push log :cleanup)) (push log :body)) log)                            # => @[:body :cleanup]
(ev/sleep 0)                                                              # => nil
(ev/sleep -1)                                                             # raises :argument-error
(ev/sleep :x)                                                             # raises :type-error

# Those that have not started can be joined, aborted, raced and looked at in any order; they start in the order of spawning.
(let [log @[] fs (map (fn [i] (ev/spawn (fn [] (push log i) i))) (range 9))]
  (ev/abort (get fs 4))
  [(length (ev/fibers)) (get (last (ev/fibers)) :state) (ev/join (get fs 7)) (ev/join [(get fs 8) (get fs 0)]) log])
# => [9 :new 7 [8 0] @[0 1 2 3 5 6 7 8]]
(let [fs (map (fn [i] (ev/spawn (fn [] i))) (range 5))] (= (get fs 0) (first (ev/select (reverse fs)))))          # => true
(let [a (ev/spawn (fn [] 1)) s (ev/scope (fn [spawn] (ev/join (spawn (fn [] (ev/join a)))))) b (ev/spawn (fn [] 2))] [s (ev/join b)])  # => [1 2]
