# Queues: order, closing, aborts.
(def sync ((import "std/sync")))

(def queue (sync:make-queue 2))
(begin (queue:put 1) (queue:put 2) (queue:close))    # => nil
[(queue:take) (queue:take) (queue:take)]             # => [1 2 nil]
(queue:closed?)                                      # => true
[(queue:put 3) (queue:put? 3) (queue:take?)]         # => [nil false [false nil]]

# A putter that waits gets nil when the queue is closed, and its value is gone; a taker that waits gets nil.
(def full (sync:make-queue 1))
(full:put :kept)
(def blocked (ev/spawn (fn [] (full:put? :dropped))))
(ev/sleep 0)
(full:size)                                          # => 1
(full:close)
(ev/join blocked)                                    # => false
[(full:take) (full:take)]                            # => [:kept nil]
(def empty-queue (sync:make-queue 1))
(def taker (ev/spawn empty-queue:take?))
(ev/sleep 0)
(empty-queue:close)
(ev/join taker)                                      # => [false nil]

# nil is a value.
(def nils (sync:make-queue 1))
(nils:put nil)
(nils:take?)                                         # => [true nil]
(nils:try-take)                                      # => [false nil]
(nils:try-put 1)                                     # => true
(nils:try-put 2)                                     # => false
(nils:take)                                          # => 1

# A value that was handed to a taker that is aborted goes back to the front.
(def back (sync:make-queue 3))
(def gone (ev/spawn back:take))
(ev/sleep 0)
(begin (back:put 1) (back:put 2) (ev/abort gone))    # => nil
[(back:take) (back:take)]                            # => [1 2]
(ev/timeout 0.01 back:take :late)                    # => :late
(begin (back:put 3) (back:take))                     # => 3

# With capacity 0 a value is put when it is taken.
(def direct (sync:make-queue 0))
(direct:try-put 1)                                   # => false
(def giver (ev/spawn (fn [] (direct:put? :direct))))
(ev/sleep 0)
[(direct:size) (direct:take) (ev/join giver)]        # => [0 :direct true]

# Waiting putters are served in order.
(def narrow (sync:make-queue 1))
(def putters (map (fn [i] (ev/spawn (fn [] (narrow:put i)))) (range 5)))
(ev/sleep 0)
(map (fn [_] (narrow:take)) (range 5))               # => [0 1 2 3 4]
(sync:make-queue -1)                                 # raises :argument-error
(sync:make-queue :many)                              # raises :type-error
