(ev/race [(ev/spawn (fn [] (ev/sleep 0.01) :slow)) (ev/spawn (fn [] :fast))])                        # => :fast
(ev/race (list (ev/spawn (fn [] (ev/sleep 9))) (ev/spawn (fn [] (error :first)))))                   # raises :first
(let [slow (ev/spawn (fn [] (ev/sleep 9)))] (ev/race [slow (ev/spawn (fn [] 1))]) (fiber/status slow))   # => :error
# It goes on when the losers' cleanup is complete.
(let [log @[]] (ev/race [(ev/spawn (fn [] 1)) (ev/spawn (fn [] (defer (begin (ev/sleep 0.001) (push log :cleaned)) (ev/sleep 9))))]) log)   # => @[]
(let [log @[]] (ev/race [(ev/spawn (fn [] (ev/sleep 0) 1)) (ev/spawn (fn [] (defer (begin (ev/sleep 0.001) (push log :cleaned)) (ev/sleep 9))))]) log)   # => @[:cleaned]
(ev/race [])                                                                                         # raises :argument-error
(ev/race (ev/spawn (fn [] 1)))                                                                       # raises :type-error
(ev/race [1])                                                                                        # raises :type-error
(ev/race [(fiber/self)])                                                                             # raises :deadlock
# The first in the order of the arguments, if several have ended.
(let [a (ev/spawn (fn [] 1)) b (ev/spawn (fn [] 2))] (ev/join [a b]) (ev/race [b a]))                # => 2
# Whoever is aborted in a race takes all with it.
(let [f (ev/spawn (fn [] (ev/race [(ev/spawn (fn [] (ev/sleep 9))) (ev/spawn (fn [] (ev/sleep 8)))])))] (ev/sleep 0) (ev/abort f) [(ev/join-protected f) (length (ev/fibers))])   # => [[false {:error :aborted}] 1]
# Select.
(let [a (ev/spawn (fn [] (ev/sleep 0.01) :a)) b (ev/spawn (fn [] :b)) [done rest] (ev/select [a b])] [(= done b) (= rest [a]) (ev/join rest)])   # => [true true [:a]]
(let [a (ev/spawn (fn [] :a)) b (ev/spawn (fn [] :b))] (ev/join [a b]) (= b (first (ev/select [b a]))))   # => true
(let [[done rest] (ev/select (list (ev/spawn (fn [] 1)) (ev/spawn (fn [] (ev/sleep 0.001) 2))))] [(ev/join done) (type-of rest) (ev/join rest)])   # => [1 :list [2]]
(ev/select [])                                                                                       # => [nil []]
(ev/select [5])                                                                                      # raises :type-error
(ev/select (ev/spawn (fn [] 1)))                                                                     # raises :type-error
# The error of a selected fiber is not raised, and not seen.
(let [[done _] (ev/select [(ev/spawn (fn [] (error :x)))])] (ev/join-protected done))                # => [false :x]
# In the order of their ends.
(let [[next pool] (ev/as-completed [(ev/spawn (fn [] (ev/sleep 0.002) 1)) (ev/spawn (fn [] (ev/sleep 0.001) 2))])]
  (push pool (ev/spawn (fn [] 3)))
  [(ev/join (next)) (ev/join (next)) (ev/join (next)) (next) (next)])                                # => [3 2 1 nil nil]
