## status 1
## stderr which nobody has joined
# Workers that die are replaced; it does not go unnoticed, though: their errors are reported at the end.
(def pool ((import "std/pool")))
(def own (pool:make 1))
(defn kill-worker []
  (let [worker (fiber/self)]
    (ev/spawn (fn [] (ev/abort worker)))
    :killed))
(own:run kill-worker)                                # => :killed
(ev/sleep 0.1)
(own:map inc [1 2 3])                                # => [2 3 4]

# What waits for a worker that dies gets an error, and what comes later is done by the next.
(def answers
  (ev/join-protected
    [(ev/spawn (fn [] (own:run kill-worker)))
     (ev/spawn (fn [] (own:run inc 1)))
     (ev/spawn (fn [] (own:run inc 2)))]))
(get answers 0)                                      # => [true :killed]
(all? (fn [[ok v]] (or ok (= (get v :error) :thread-error))) answers)  # => true
(own:run inc 5)                                      # => 6
(own:close)
(own:run inc 5)                                      # raises :thread-error
