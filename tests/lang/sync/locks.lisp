# Locks, semaphores and rwlocks: order, hand-over, abort.
(def sync ((import "std/sync")))

# Waiters are served in order of arrival, and a lock is handed over: who releases does not get it back before them.
(def lock (sync:make-lock))
(def log @[])
(lock:acquire)                                       # => nil
(def fibers (map (fn [i] (ev/spawn (fn [] (lock:acquire) (push log i) (println "in " i) (lock:release)))) (range 3)))
(ev/sleep 0)
(lock:release)                                       # => nil
(lock:acquire)                                       # => nil
log                                                  # => @[0 1 2]
(lock:release)
(ev/join fibers)
(lock:held?)                                         # => false
(lock:release)                                       # => nil

# Nobody overtakes a hand-over.
(lock:acquire)
(def waiter (ev/spawn (fn [] (lock:acquire) :mine)))
(ev/sleep 0)
(lock:release)
(lock:try-acquire)                                   # => false
(ev/join waiter)                                     # => :mine
(lock:acquire)                                       # raises :abandoned
(lock:try-acquire)                                   # => true
(lock:acquire)                                       # raises :deadlock
(lock:release)

# A waiter that gives up leaves the queue.
(lock:acquire)
(ev/timeout 0.01 lock:acquire :late)                 # => :late
(def next (ev/spawn (fn [] (lock:with (fn [] :next)))))
(ev/sleep 0)
(lock:release)
(ev/join next)                                       # => :next

# What was handed to a waiter that is aborted before it runs goes to the next.
(lock:acquire)
(def first-waiter (ev/spawn (fn [] (lock:acquire) :first)))
(def second-waiter (ev/spawn (fn [] (lock:with (fn [] :second)))))
(ev/sleep 0)
(begin (lock:release) (ev/abort first-waiter))       # => nil
(ev/join-protected first-waiter)                     # => [false {:error :aborted}]
(ev/join second-waiter)                              # => :second
(lock:held?)                                         # => false

# A fiber that ends while it holds the lock wakes those who wait: the first with an error, the next with the lock.
(def holder (ev/spawn (fn [] (lock:acquire) (ev/sleep 0.01))))
(def told (ev/spawn (fn [] (try (lock:acquire) (catch e e:error)))))
(def given (ev/spawn (fn [] (lock:with (fn [] :given)))))
(ev/join [holder told given])                        # => [nil :abandoned :given]

# `:with` releases on errors.
(lock:with (fn [] (error :stop)))                    # raises :stop
(lock:held?)                                         # => false

(def gate (sync:make-semaphore 2))
(gate:acquire)
(gate:permits)                                       # => 1
(gate:with (fn [] (gate:permits)))                   # => 0
(gate:try-acquire)                                   # => true
(gate:try-acquire)                                   # => false
(ev/timeout 0.01 gate:acquire :late)                 # => :late
(gate:release)
(gate:permits)                                       # => 1
(begin (gate:release) (gate:release) (gate:permits)) # => 3
(sync:make-semaphore 1.5)                            # raises :type-error
(sync:make-semaphore -1)                             # raises :argument-error

# A waiting writer keeps later readers out, and lets them in when it gives up.
(def rw (sync:make-rwlock))
(def order @[])
(rw:read-acquire)
(def writer (ev/spawn (fn [] (rw:with-write (fn [] (push order :writer) (ev/sleep 0))))))
(def reader (ev/spawn (fn [] (rw:with-read (fn [] (push order :reader))))))
(ev/sleep 0)
(rw:try-read-acquire)                                # => false
(rw:read-release)
(ev/join [writer reader])
order                                                # => @[:writer :reader]
(rw:read-acquire)
(def impatient (ev/spawn (fn [] (ev/timeout 0.01 rw:write-acquire :late))))
(def patient (ev/spawn (fn [] (ev/sleep 0.001) (rw:read-acquire) (rw:read-release) :in)))
(ev/join [impatient patient])                        # => [:late :in]
(rw:read-release)
(rw:read-release)                                    # raises :state-error
(rw:write-release)                                   # raises :state-error
