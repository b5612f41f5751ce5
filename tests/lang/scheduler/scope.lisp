(ev/scope (fn [spawn] (let [a (spawn (fn [] :users)) b (spawn (fn [] :settings))] {:users (ev/join a) :settings (ev/join b)})))   # => {:settings :settings :users :users}
(ev/scope (fn [spawn] 5))                                                                            # => 5
# It waits for all children, also those that children spawn after the body has returned.
(let [log @[]] (ev/scope (fn [spawn] (spawn (fn [] (ev/sleep 0.001) (spawn (fn [] (ev/sleep 0.001) (push log :late))))) :body)) log)   # => @[:late]
# The first error ends the others, and is raised when they have ended, cleanup included.
(let [log @[]] [(try (ev/scope (fn [spawn] (spawn (fn [] (defer (begin (ev/sleep 0.001) (push log :cleaned)) (ev/sleep 9)))) (spawn (fn [] (ev/sleep 0) (error :bad))) (ev/sleep 9))) (catch e e)) log])   # => [:bad @[:cleaned]]
(try (ev/scope (fn [spawn] (spawn (fn [] (error nil))) (ev/sleep 9))) (catch e [:caught e]))         # => [:caught nil]
# Also when the body has joined the child with ev/join-protected.
(ev/scope (fn [spawn] (ev/join-protected (spawn (fn [] (error :bad)))) :unused))                     # raises :bad
# An error of the body ends the children; those that have not started never do.
(let [log @[]] (protect (ev/scope (fn [spawn] (spawn (fn [] (push log :started))) (error :body)))) log)   # => @[]
# Errors of siblings during the abort are dropped.
(try (ev/scope (fn [spawn] (spawn (fn [] (defer (error :second) (ev/sleep 9)))) (ev/sleep 0) (error :first))) (catch e e))   # => :first
# A child that is aborted by hand does not end the scope.
(ev/scope (fn [spawn] (let [f (spawn (fn [] (ev/sleep 9)))] (ev/sleep 0) (ev/abort f) :body)))       # => :body
# Plain ev/spawn is not tracked.
(let [log @[]] (ev/scope (fn [spawn] (ev/spawn (fn [] (ev/sleep 0.001) (push log :outside))) 1)) log)   # => @[]
# A scope that has returned takes no more fibers.
(let [@later nil] (ev/scope (fn [spawn] (assign later spawn))) (later (fn [] 1)))                    # raises :state-error
# Scopes in scopes, aborted from outside: innermost first.
(let [log @[]
      f (ev/spawn (fn []
          (defer (push log :outer)
            (ev/scope (fn [spawn]
              (spawn (fn [] (defer (push log :middle) (ev/scope (fn [spawn] (spawn (fn [] (defer (push log :inner) (ev/sleep 9)))) (ev/sleep 9))))))
              (ev/sleep 9))))))]
  (ev/sleep 0.001)
  (ev/abort f)
  [(ev/join-protected f) log])                                                                       # => [[false {:error :aborted}] @[:inner :middle :outer]]
(length (ev/fibers))                                                                                 # => 1
(let [fs (ev/scope (fn [spawn] (map (fn [i] (spawn (fn [] (ev/sleep 0.001) i))) (range 1000))))] (fold + 0 (ev/join fs)))   # => 499500
