(ev/timeout 5 (fn [] (+ 1 2)))                                                                       # => 3
(ev/timeout 0.001 (fn [] (ev/sleep 9)))                                                              # => nil
(ev/timeout 0.001 (fn [] (ev/sleep 9)) :late)                                                        # => :late
(ev/timeout 5 (fn [] (error {:error :own :n 1})))                                                    # raises {:error :own :n 1}
(ev/timeout 0 (fn [] 5))                                                                             # => 5
(ev/timeout 0 (fn [] (ev/sleep 0) 5) :late)                                                          # => :late
(ev/timeout -1 (fn [] 5))                                                                            # raises :argument-error
(ev/timeout :soon (fn [] 5))                                                                         # raises :type-error
(ev/timeout 1 5)                                                                                     # raises :type-error
# Cleanup is waited for.
(let [log @[]] [(ev/timeout 0.001 (fn [] (defer (begin (ev/sleep 0.001) (push log :cleaned)) (ev/sleep 9))) :late) log])   # => [:late @[:cleaned]]
# Whoever catches the abort and goes on waiting is not.
(ev/timeout 0.001 (fn [] (repeat 3 (protect (ev/sleep 0.02)))) :late)                                # => :late
# The timer of a finished timeout does not keep the program alive.
(ev/timeout 3600 (fn [] :quick))                                                                     # => :quick
# A timeout around everything else.
(let [log @[]]
  [(ev/timeout 0.002 (fn [] (ev/scope (fn [spawn] (spawn (fn [] (defer (push log :child) (ev/sleep 9)))) (ev/map (fn [x] (ev/sleep x)) [8 9])))) :late)
   log
   (length (ev/fibers))])                                                                            # => [:late @[:child] 2]
