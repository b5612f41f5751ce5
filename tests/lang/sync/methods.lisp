# The functions of a queue or lock are functions like others, in whatever way they are called.
(def sync ((import "std/sync")))
(def q (sync:make-queue 9))
(def {:put put! :take take! :size size} q)

(begin (put! 1) (q:put 2) (apply put! [3]) (size))               # => 3
(map (fn [_] (take!)) [0 0 0])                                   # => [1 2 3]
(each x in [1 2 3] (put! x))
(defn tail-take [] (q:take))
(defn tail-put [x] (put! x))
[(tail-take) (apply q:take []) ((fn [] (take!)))]                # => [1 2 3]
(begin (tail-put 4) (map put! [5 6]) (size))                     # => 3
(ev/join [(ev/spawn take!) (ev/spawn q:take) (ev/spawn tail-take)])   # => [4 5 6]

# As the function of a fiber, of cleanup, of a handler.
(put! 7)
(fiber/resume (fiber/new take! |:error|))                        # => 7
(def lock (sync:make-lock))
(begin (lock:acquire) (defer (lock:release) (lock:held?)))       # => true
(lock:held?)                                                     # => false
(begin (protect (put! 8)) (protect (take!)))                     # => [true 8]

# They wait, wherever they are called, and can be aborted there.
(def waiting (ev/spawn (fn [] (+ 1 (q:take)))))
(ev/sleep 0)
(put! 9)
(ev/join waiting)                                                # => 10
(def given-up (ev/spawn take!))
(ev/sleep 0)
(ev/abort given-up)
(get (get (ev/join-protected given-up) 1) :error)                # => :aborted
(begin (put! 10) (take!))                                        # => 10
(ev/timeout 0.001 take! :late)                                   # => :late

# Wrong numbers of arguments are errors of theirs.
(take! 1)                  # raises :arity-error
(put!)                     # raises :arity-error
(apply put! [1 2])         # raises :arity-error
((fn [] (q:put 1 2)))      # raises :arity-error
(fiber/resume (fiber/new (fn [] (put! 11) (take!)) 0 :deny |:io|))   # => 11

# Each has its own queue.
(def queues (map (fn [_] (sync:make-queue 1)) [0 1 2]))
(each q in queues (q:put (length queues)))
(map (fn [q] [(q:size) (q:take) (q:size)]) queues)               # => [[1 3 0] [1 3 0] [1 3 0]]
(identical? (get q :put) put!)                                   # => true
