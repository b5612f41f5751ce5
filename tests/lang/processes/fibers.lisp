# Fibers within processes: what a process starts acts in its name, and ends with it.
(def process ((import "std/process")))
(def sync ((import "std/sync")))
(defn run [f] (let [out @[]] (process:start (fn [] (push out (f))) :log :none) (get out 0)))
(def log @[])
(defn clear [] (repeat (length log) (pop log)))

(run (fn [] (ev/join (ev/spawn (fn [] 1))))) # => 1
(run (fn [] (ev/join [(ev/spawn (fn [] 1)) (ev/spawn (fn [] 2))]))) # => [1 2]
(run (fn [] (protect (ev/join (ev/spawn (fn [] (error :e))))))) # => [false :e]
(run (fn [] (ev/map (fn [x] (* x x)) [1 2 3]))) # => [1 4 9]
(run (fn [] (ev/race [(ev/spawn (fn [] (ev/sleep 9) :slow)) (ev/spawn (fn [] :fast))]))) # => :fast
(run (fn [] (ev/timeout 0.01 (fn [] (ev/sleep 9)) :late))) # => :late
(run (fn [] (ev/timeout 0.01 (fn [] (process:recv)) :late))) # => :late
# A time-out around a receive loses no message.
(run (fn [] (process:send-in 0.02 (process:self) :kept) [(ev/timeout 0.01 (fn [] (process:recv)) :late) (process:recv)])) # => [:late :kept]
(run (fn [] (ev/scope (fn [spawn] (let [a (spawn (fn [] 1)) b (spawn (fn [] (ev/join (ev/spawn (fn [] 2)))))] [(ev/join a) (ev/join b)]))))) # => [1 2]
(run (fn [] (ev/join (ev/spawn (fn [] (ev/timeout 1 (fn [] (get (ev/select [(ev/spawn (fn [] 1))]) 1)))))))) # => []
# What is never joined runs beside the process.
(begin (clear) (run (fn [] (ev/spawn (fn [] (push log :sub))) (process:self) (push log :main) (ev/sleep 0) nil)) (freeze log)) # => [:sub :main]
# Locks and queues block only one process.
(run (fn [] (let [q (sync:make-queue 1) me (process:self)]
              (process:spawn (fn [] (process:send me [:got (q:take)])))
              (process:spawn (fn [] (process:send me :other)))
              (let [first (process:recv)] (q:put 5) [first (process:recv)])))) # => [:other [:got 5]]
# Sub-fibers act for the process.
(run (fn [] (ev/join (ev/spawn (fn [] [(process:self) (process:send 0 :x)]))) (process:recv))) # => :x
(run (fn [] (let [f (ev/spawn (fn [] (process:recv)))] (process:send (process:self) :y) (ev/join f)))) # => :y
(run (fn [] (process:trap-exit true) (process:spawn-link (fn [] (ev/spawn (fn [] (process:exit (process:self) :from-below))) (process:recv))) (process:recv))) # => [:EXIT 1 :from-below]
# They end with it, after their cleanup.
(begin (clear)
  (run (fn [] (process:trap-exit true)
              (process:spawn-link (fn [] (ev/spawn (fn [] (defer (begin (ev/sleep 0.01) (push log :cleaned)) (ev/sleep 100)))) (ev/sleep 0) :done))
              (push log (process:recv))))
  (freeze log)) # => [:cleaned [:EXIT 1 [:normal :done]]]
(run (fn [] (process:trap-exit true)
            (process:spawn-link (fn [] (ev/scope (fn [spawn] (spawn (fn [] (ev/sleep 100))) (ev/sleep 100)))))
            (process:self) (ev/sleep 0)
            (process:exit 1 :kill)
            (process:recv))) # => [:EXIT 1 [:killed :kill]]
# The rest of the program runs, too, and can end the processes.
(begin (clear)
  (let [other (ev/spawn (fn [] (repeat 3 (push log :other) (ev/sleep 0.01))))]
    (process:start (fn [] (ev/sleep 0.05) (push log :process)))
    (ev/join other)
    (freeze log))) # => [:other :other :other :process]
(begin (clear) [(ev/timeout 0.05 (fn [] (process:start (fn [] (process:spawn (fn [] (defer (push log :cleaned) (ev/sleep 100)))) (ev/sleep 100)))) :late) (freeze log)]) # => [:late [:cleaned]]
(let [f (ev/spawn (fn [] (process:start (fn [] (ev/sleep 100)))))] (ev/sleep 0) (ev/sleep 0) (ev/abort f) (get (get (ev/join-protected f) 1) :error)) # => :aborted
# A computing process does not hold up others.
(run (fn [] (let [busy (process:spawn (fn [] (forever (+ 1 1)))) me (process:self)]
              (process:spawn (fn [] (process:send me :alive)))
              (let [m (process:recv)] (process:exit busy :kill) m)))) # => :alive
(run (fn [] (let [busy (process:spawn (fn [] (protect (forever (+ 1 1)))))] (ev/sleep 0.01) (process:exit busy :kill) :done))) # => :done
