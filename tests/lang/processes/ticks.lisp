## own-quantum
(def process ((import "std/process")))
(defn run [f] (let [out @[]] (process:start (fn [] (push out (f))) :log :none) (get out 0)))
# Time-outs count ticks, which jump when nothing is ready; no stray message is left.
(run (fn [] (process:recv-timeout 1000000))) # => :timeout
(run (fn [] [(process:recv-timeout 0) (process:recv-timeout -3)])) # => [:timeout :timeout]
(defn late [n] (run (fn []
  (let [me (process:self)]
    (process:spawn (fn [] (process:self) (process:self) (process:self) (process:send me :done)))
    (process:recv-timeout n)))))
[(late 3) (late 4)] # => [:timeout :done]
(run (fn [] (let [me (process:self)] (process:spawn (fn [] (process:send me 1))) [(process:recv-timeout 50) (process:recv-timeout 100)]))) # => [1 :timeout]
(run (fn [] (let [me (process:self)] (process:send-after 5 me :b) (process:send-after 3 me :a) [(process:recv) (process:recv)]))) # => [:a :b]
(run (fn [] (let [me (process:self) t (process:send-after 5 me :b)] [(process:cancel-timer t) (process:cancel-timer t) (process:recv-timeout 10)]))) # => [:ok :not-found :timeout]
(run (fn [] (let [me (process:self)] (process:send-in 0.02 me :b) (process:send-in 0.01 me :a) [(process:recv) (process:recv) (process:recv-within 0.001)]))) # => [:a :b :timeout]
# While something else goes on, a tick takes time, and timers fire all the same.
(run (fn [] (ev/spawn (fn [] (ev/sleep 30))) (process:recv-timeout 10))) # => :timeout

