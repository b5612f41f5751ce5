# Locks, semaphores, queues and the like, for the fibers of one thread. Every constructor gives a struct of functions.
#
#   (def sync ((import "std/sync")))
#   (def lock (sync:make-lock))
#   (lock:with (fn [] (+ 1 2)))  # => 3
#
# Who waits is served in order of arrival, and directly: what is released goes to the first waiter, and nobody can take it
# before. A waiter that is aborted leaves the queue; what was handed to it already goes to the next. Waits that nobody
# can end are reported as deadlocks.

(defn kind [e]
  (if (struct? e) (get e :error) nil))

(defn aborted? [e]
  (match (kind e)
    (or :aborted :interrupted) true
    _ false))

(defn check-count [name n]
  (unless (integer? n)
    (error {:error :type-error :message (string name ": expected integer, got " (type-of n))}))
  (when (< n 0)
    (error {:error :argument-error :message (string name ": expected a non-negative integer, got " n)})))

(defn unlock-after [release thunk]
  (defer (release) (thunk)))

(defn make-lock []
  "A lock: :acquire, :release, :try-acquire, :held?, and :with, which runs a function while holding it. It is not re-entrant:
  acquiring it twice raises :deadlock at once. Releasing it when it is free does nothing. If a fiber ends while it holds the
  lock, the next :acquire raises :abandoned, with the place where the lock was taken; then the lock is free again.
  (let [l (sync:make-lock)] (l:acquire) [(l:try-acquire) (l:held?)])  # => [false true]
  (let [l (sync:make-lock)] (l:acquire) (l:acquire))  # raises :deadlock"
  (let [lock (%lock)
        release (fn [] (%lock-release lock))
        note ["a lock" (fn [_] (%lock-release lock))]
        acquire (fn [] (%lock-acquire lock note))]
    {:acquire acquire
     :release release
     :try-acquire (fn [] (%lock-try lock))
     :held? (fn [] (%lock-held? lock))
     :with (fn [thunk] (acquire) (unlock-after release thunk))}))

(defn make-semaphore [n]
  "A semaphore with n permits: :acquire, :release (which may make more than n), :try-acquire, :permits, and :with.
  (let [s (sync:make-semaphore 1)] [(s:try-acquire) (s:try-acquire) (s:permits)])  # => [true false 0]
  (sync:make-semaphore -1)  # raises :argument-error"
  (check-count "make-semaphore" n)
  (let [@permits n waiting (%waiters)]
    (defn release []
      (unless (%unpark waiting) (assign permits (+ permits 1)))
      nil)
    (let [note ["a permit" (fn [_] (release))]]
      (defn try-acquire []
        (if (> permits 0)
          (begin (assign permits (- permits 1)) true)
          false))
      (defn acquire []
        (unless (try-acquire) (%park waiting note))
        nil)
      {:acquire acquire
       :release release
       :try-acquire try-acquire
       :permits (fn [] permits)
       :with (fn [thunk] (acquire) (unlock-after release thunk))})))

(defn make-rwlock []
  "A lock for many readers or one writer: :read-acquire, :read-release, :write-acquire, :write-release, :try-read-acquire,
  :try-write-acquire, and to run a function while holding it :with-read and :with-write (also called :with). Who waits is
  served in order of arrival, so that readers who come later do not pass a waiting writer. Releasing what is not held
  raises :state-error.
  (let [l (sync:make-rwlock)] (l:read-acquire) [(l:try-read-acquire) (l:try-write-acquire)])  # => [true false]
  (let [l (sync:make-rwlock)] (l:read-release))  # raises :state-error"
  (let [@readers 0 @writing false waiting (%waiters)]
    # Lets in those at the head of the queue, as far as they can be in together.
    (defn admit []
      (forever
        (let [note (%first-waiting waiting)]
          (when (or (nil? note) writing) (break))
          (let [reads (= (get note 2) :read)]
            (unless (or reads (= readers 0)) (break))
            (if reads
              (assign readers (+ readers 1))
              (assign writing true))
            (%unpark waiting)))))
    (defn read-release []
      (when (= readers 0)
        (error {:error :state-error :message "rwlock: nobody reads"}))
      (assign readers (- readers 1))
      (admit))
    (defn write-release []
      (unless writing
        (error {:error :state-error :message "rwlock: nobody writes"}))
      (assign writing false)
      (admit))
    (let [reading ["a lock, to read" (fn [_] (read-release)) :read]
          wanting ["a lock, to write" (fn [_] (write-release)) :write]]
      # A writer that gives up may have kept readers out.
      (defn wait [note]
        (try (%park waiting note)
          (catch e
            (admit)
            (error e))))
      (defn try-read-acquire []
        (if (or writing (> (%waiting waiting) 0))
          false
          (begin (assign readers (+ readers 1)) true)))
      (defn try-write-acquire []
        (if (or writing (> readers 0) (> (%waiting waiting) 0))
          false
          (begin (assign writing true) true)))
      (defn read-acquire []
        (unless (try-read-acquire) (wait reading))
        nil)
      (defn write-acquire []
        (unless (try-write-acquire) (wait wanting))
        nil)
      (defn with-write [thunk]
        (write-acquire)
        (unlock-after write-release thunk))
      {:read-acquire read-acquire
       :read-release read-release
       :try-read-acquire try-read-acquire
       :with-read (fn [thunk] (read-acquire) (unlock-after read-release thunk))
       :write-acquire write-acquire
       :write-release write-release
       :try-write-acquire try-write-acquire
       :with-write with-write
       :with with-write})))

# Takes the lock again, whatever comes meanwhile; that is raised afterwards.
(defn reacquire [lock]
  (try (lock:acquire)
    (catch e
      (when (aborted? e) (reacquire lock))
      (error e))))

(defn make-condvar []
  "A condition: :wait (with a lock that is held: releases it, waits, and takes it again), :notify for the first who waits,
  :broadcast for all. Wait in a loop that tests what is waited for. Who is aborted while it waits holds the lock again when
  the error is raised.
  (let [l (sync:make-lock) c (sync:make-condvar)]
    (l:acquire)
    (ev/spawn (fn [] (l:with c:notify)))
    (c:wait l)
    (l:held?))  # => true"
  (let [waiting (%waiters)
        # A notification belongs to one waiter; a broadcast has reached the others anyway.
        pass-on (fn [one?] (when one? (%unpark waiting true)))
        note ["a condition" pass-on]]
    {:wait (fn [lock]
             (unless (lock:held?)
               (error {:error :state-error :message "condvar: the lock must be held"}))
             (lock:release)
             (let [one? (try (%park waiting note)
                          (catch e
                            (reacquire lock)
                            (error e)))]
               (try (reacquire lock)
                 (catch e
                   (pass-on one?)
                   (error e))))
             nil)
     :notify (fn [] (%unpark waiting true) nil)
     :broadcast (fn [] (while (%unpark waiting false) nil) nil)}))

(defn make-monitor []
  "A lock and a condition in one: :with runs a function while holding the lock; :wait, :notify and :broadcast are those of
  the condition, and :wait only works inside of :with.
  (let [m (sync:make-monitor) box @[]]
    (ev/spawn (fn [] (m:with (fn [] (push box 5) (m:notify)))))
    (m:with (fn [] (while (empty? box) (m:wait)) (get box 0))))  # => 5"
  (let [lock (make-lock) condition (make-condvar)]
    {:with lock:with
     :try-with (fn [thunk] (if (lock:try-acquire) [true (unlock-after lock:release thunk)] [false nil]))
     :wait (fn [] (condition:wait lock))
     :notify condition:notify
     :broadcast condition:broadcast}))

(defn make-barrier [n]
  "A barrier for n fibers: :wait waits until n have called it; then it can be used again. :waiting tells how many wait. Who is
  aborted does not count.
  (let [b (sync:make-barrier 2) f (ev/spawn b:wait)] (b:wait) (ev/join f))  # => nil"
  (check-count "make-barrier" n)
  (when (= n 0)
    (error {:error :argument-error :message "make-barrier: expected a positive integer, got 0"}))
  (let [waiting (%waiters)]
    {:wait (fn []
             (if (= (+ 1 (%waiting waiting)) n)
               (while (%unpark waiting) nil)
               (%park waiting "the others at a barrier"))
             nil)
     :waiting (fn [] (%waiting waiting))}))

(defn make-latch []
  "A latch: :wait waits until :open is called, once and for all; :open? and :try-wait tell whether it was.
  (let [l (sync:make-latch)] (ev/spawn l:open) (l:wait) (l:open?))  # => true"
  (let [@open false waiting (%waiters)]
    {:wait (fn [] (unless open (%park waiting "a latch")) nil)
     :try-wait (fn [] open)
     :open (fn [] (assign open true) (while (%unpark waiting) nil) nil)
     :open? (fn [] open)}))

(defn make-once [thunk]
  "A value that is made when it is first wanted: :get runs the function the first time, and gives its value from then on.
  Others wait meanwhile. If the function raises an error, that is raised for all. If the fiber that runs it is aborted, the
  next one runs it. :try-get gives [true value] or [false nil], and never waits.
  (let [o (sync:make-once (fn [] 5))] [(o:try-get) (o:get) (o:try-get)])  # => [[false nil] 5 [true 5]]"
  (let [@state :new @result nil @runner nil waiting (%waiters)]
    (defn finish [new-state v]
      (assign state new-state)
      (assign result v)
      (assign runner nil)
      (while (%unpark waiting) nil))
    (defn run []
      (assign state :running)
      (assign runner (fiber/self))
      (let [v (try (thunk)
                (catch e
                  (if (aborted? e) (finish :new nil) (finish :failed e))
                  (error e)))]
        (finish :done v)
        v))
    (defn once-get []
      (match state
        :done result
        :failed (error result)
        :new (run)
        _ (begin
                   (when (= runner (fiber/self))
                     (error {:error :deadlock :message "once: the function waits for its own value"}))
                   (%park waiting "a value that another fiber makes")
                   (once-get))))
    {:get once-get
     :try-get (fn [] (if (= state :done) [true result] [false nil]))}))

(defn make-queue [capacity]
  "A queue for at most so many values; with 0, a value is put when it is taken. :put waits for room and :take for a value.
  After :close, :put does nothing and gives nil, :take gives what is left and then nil. Where that must not go unnoticed:
  :put? gives false if the queue is closed, and :take? gives [true value] or [false nil]. :try-put and :try-take do not
  wait. :size, :closed?.
  (let [q (sync:make-queue 2)] (q:put 1) (q:put 2) [(q:try-put 3) (q:take) (q:size)])  # => [false 1 1]
  (let [q (sync:make-queue 1)] (q:put 1) (q:close) [(q:put? 2) (q:take?) (q:take?)])  # => [false [true 1] [false nil]]"
  (let [queue (%queue capacity)
        # The queue itself stands for \"nothing\": no program can put it.
        pair (fn [v] (if (= v queue) [false nil] [true v]))]
    {:put (fn [v] (%queue-put queue v))
     :put? (fn [v] (%queue-put queue v true))
     :try-put (fn [v] (%queue-try-put queue v))
     :take (fn [] (%queue-take queue))
     :take? (fn [] (pair (%queue-take queue queue)))
     :try-take (fn [] (pair (%queue-try-take queue queue)))
     :close (fn [] (%queue-close queue))
     :closed? (fn [] (%queue-closed? queue))
     :size (fn [] (%queue-size queue))}))

(defn make-futex [initial]
  "A value to wait for: :get, :set, :wait (waits while the value is the given one), :wake (wakes so many, and gives their
  number), and :cell, the mutable array that holds the value. What the others are made of.
  (let [f (sync:make-futex 0)] (ev/spawn (fn [] (f:set 1) (f:wake 1))) (f:wait 0) (f:get))  # => 1"
  (let [cell @[initial] waiting (%waiters)]
    {:get (fn [] (get cell 0))
     :set (fn [v] (put cell 0 v) nil)
     :wait (fn [expected]
             (when (= (get cell 0) expected) (%park waiting ["a futex" (fn [_] (%unpark waiting))]))
             nil)
     :wake (fn [n]
             (let [@woken 0]
               (while (and (< woken n) (%unpark waiting)) (assign woken (+ woken 1)))
               woken))
     :cell cell}))

(fn []
  {:make-futex make-futex
   :make-lock make-lock
   :make-semaphore make-semaphore
   :make-condvar make-condvar
   :make-rwlock make-rwlock
   :make-barrier make-barrier
   :make-latch make-latch
   :make-once make-once
   :make-queue make-queue
   :make-monitor make-monitor})
