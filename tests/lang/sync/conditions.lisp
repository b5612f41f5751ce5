# Conditions, barriers, latches, values made once, futexes.
(def sync ((import "std/sync")))

(def lock (sync:make-lock))
(def condition (sync:make-condvar))
(condition:wait lock)                                # raises :state-error
(condition:notify)                                   # => nil
(def log @[])
(defn wait [i]
  (ev/spawn (fn [] (lock:with (fn [] (condition:wait lock) (push log [i (lock:held?)]))))))
(def waiters (map wait (range 3)))
(ev/sleep 0)
(condition:notify)
(ev/sleep 0)
log                                                  # => @[[0 true]]
(condition:broadcast)
(begin (ev/join waiters) log)                        # => @[[0 true] [1 true] [2 true]]

# Who is aborted while it waits holds the lock when the error is raised.
(def held @[])
(def aborted (ev/spawn (fn []
                         (lock:acquire)
                         (defer (begin (push held (lock:held?)) (lock:release))
                           (condition:wait lock)))))
(ev/sleep 0)
(ev/abort aborted)
held                                                 # => @[true]
(lock:held?)                                         # => false

# A notification that an aborted waiter got is passed on.
(def [one two] [(wait :one) (wait :two)])
(ev/sleep 0)
(begin (condition:notify) (ev/abort one))            # => nil
(ev/join two)
(last log)                                           # => [:two true]

(def monitor (sync:make-monitor))
(def box @[])
(def taker (ev/spawn (fn [] (monitor:with (fn [] (while (empty? box) (monitor:wait)) (pop box))))))
(ev/sleep 0)
(monitor:with (fn [] (push box 5) (monitor:notify)))
(ev/join taker)                                      # => 5
(monitor:try-with (fn [] 1))                         # => [true 1]

# A barrier can be used again; who was aborted does not count.
(def barrier (sync:make-barrier 3))
(def rounds @[])
(defn party [] (ev/spawn (fn [] (each round in [1 2 3] (barrier:wait) (push rounds round)))))
(def late (ev/spawn barrier:wait))
(ev/sleep 0)
(barrier:waiting)                                    # => 1
(ev/abort late)
(barrier:waiting)                                    # => 0
(ev/join [(party) (party) (party)])
rounds                                               # => @[1 1 1 2 2 2 3 3 3]
((get (sync:make-barrier 1) :wait))                  # => nil
(sync:make-barrier 0)                                # raises :argument-error

(def latch (sync:make-latch))
(def through (map (fn [_] (ev/spawn (fn [] (latch:wait) (println "through") 1))) (range 1000)))
(ev/sleep 0)
[(latch:open?) (latch:try-wait)]                     # => [false false]
(begin (latch:open) (latch:open))                    # => nil
(fold + 0 (ev/join through))                         # => 1000
(latch:wait)                                         # => nil

(def @runs 0)
(def once (sync:make-once (fn [] (assign runs (+ runs 1)) (ev/sleep 0.01) :made)))
(ev/map (fn [_] (once:get)) (range 3))               # => [:made :made :made]
[runs (once:get) (once:try-get)]                     # => [1 :made [true :made]]
(def broken (sync:make-once (fn [] (error {:error :bad}))))
(broken:get)                                         # raises :bad
(broken:get)                                         # raises :bad
(def @attempts 0)
(def restarted (sync:make-once (fn [] (assign attempts (+ attempts 1)) (ev/sleep 0.01) attempts)))
(ev/timeout 0.001 restarted:get :late)               # => :late
(restarted:get)                                      # => 2
(def selfish (sync:make-once (fn [] (get-self))))
(defn get-self [] (selfish:get))
(selfish:get)                                        # raises :deadlock

(def futex (sync:make-futex 0))
(futex:wait 1)                                       # => nil
(def woken (ev/spawn (fn [] (futex:wait 0) (futex:get))))
(ev/sleep 0)
(begin (futex:set 7) (futex:wake 5))                 # => 1
(ev/join woken)                                      # => 7
futex:cell                                           # => @[7]
