## status 1
## stderr the main program waits for the end of 2 fibers of its own
## stderr fiber 2 waits for a value in a queue
## stderr fiber 3 waits for room in a queue
## stderr fiber 4 waits for a latch
## stderr fiber 5 waits for a permit
## stderr fiber 6 waits for a lock, to write
## stderr fiber 7 waits for a lock, to read
## stderr fiber 9 waits for the first of a fiber to end
## stderr fiber 10 waits for a lock (held by fiber 9)
## stderr fiber 11 waits for a latch
## stderr nothing can end the waits of 10 fibers
# Waits of every kind at once: the report has a line for each.
(def sync ((import "std/sync")))
(def queue (sync:make-queue 1))
(def full (sync:make-queue 0))
(def gate (sync:make-latch))
(def permits (sync:make-semaphore 0))
(def l (sync:make-rwlock))
(def c (sync:make-lock))
(l:read-acquire)
(ev/spawn (fn [] (queue:take)))
(ev/spawn (fn [] (full:put 1)))
(ev/spawn (fn [] (gate:wait)))
(ev/spawn (fn [] (permits:acquire)))
(ev/spawn (fn [] (l:write-acquire)))
(ev/spawn (fn [] (ev/sleep 0) (l:read-acquire)))
(ev/scope (fn [spawn]
  (spawn (fn [] (c:acquire) (ev/select [(ev/spawn gate:wait)])))
  (spawn (fn [] (c:acquire)))))
