# Structured concurrency: what starts fibers and waits for them. Groups, in which the fibers of one call are kept, are
# the scheduler's: an abort of the caller aborts them, and waits for their end.

(defn %fibers [name fs]
  "The fibers of a collection, as an array; an error that names the function if it is none.
  (%fibers \"ev/race\" [])  # => []"
  (match (type-of fs)
    :array fs
    (or :list :@array :set :@set) (->array fs)
    _ (error {:error :type-error :reason :not-a-sequence
              :message (string name ": expected sequence of fibers, got " (type-of fs))})))

(defn ev/map [f c]
  "An array of the results of f on each element, all of them running at once. The first error in the order of the elements
  is raised; the others go on. If the caller is aborted, all of them are.
  (ev/map (fn [x] (* x x)) [1 2 3])  # => [1 4 9]"
  (let [fibers @[]]
    (match (type-of c)
      (or :list :array :@array :set :@set) (each x in c (push fibers (%spawn (fn [] (f x)))))
      _ (%not-a-sequence))
    (%join-own (freeze fibers))))

(defn ev/map-limited [f c n]
  "As `ev/map`, with at most n elements at a time, begun in their order. At an error, those after it are aborted.
  (ev/map-limited (fn [x] (* x x)) [1 2 3] 2)  # => [1 4 9]"
  (unless (integer? n)
    (error {:error :type-error :message (string "ev/map-limited: expected integer, got " (type-of n))}))
  (when (< n 1)
    (error {:error :argument-error :message "ev/map-limited: the limit must be at least 1"}))
  (let [items (match (type-of c)
                :array c
                (or :list :@array :set :@set) (->array c)
                _ (%not-a-sequence))
        group (%group :owned)
        fibers @[]
        @end (length items)
        start (fn []
                (when (< (length fibers) end)
                  (let [x (get items (length fibers))]
                    (push fibers (%spawn-in group (fn [] (f x)))))))]
    (repeat (min n end) (start))
    (forever
      (let [done (%next group)]
        (when (nil? done) (break))
        (if (%failed? done)
          # Only what stands before the first failure can still make a difference.
          (let [first-failed (%first-failed fibers (min end (length fibers)))]
            (when (< first-failed end)
              (assign end first-failed)
              (%abort-all (freeze (slice fibers (+ end 1))) group)))
          (start))))
    (if (< end (length items))
      (ev/join (get fibers end))
      (ev/join (freeze fibers)))))

(defn %failed? [f]
  "True for a fiber that an error has ended.
  (let [f (ev/spawn (fn [] 1))] (ev/join f) (%failed? f))  # => false"
  (not (= (fiber/status f) :dead)))

(defn %first-failed [fibers end]
  "The index of the first fiber that has ended with an error, looking at as many as that.
  (%first-failed [] 0)  # => 0"
  (let [@i 0]
    (while (and (< i end) (not (%ended-with-error? (get fibers i)))) (assign i (+ i 1)))
    i))

(defn %ended-with-error? [f]
  "True for a fiber of the scheduler that an error has ended; false for one that goes on.
  (%ended-with-error? (ev/spawn (fn [] 1)))  # => false"
  (match (fiber/status f)
    :error true
    :paused (= 1 (fiber/bits f))
    _ false))

(defn ev/scope [body]
  "Calls body, in a fiber of its own, with a function that spawns fibers in the scope. Waits until the body and all of
  these have ended, and gives the body's value. The first error ends all others, and is raised after they have ended.
  (ev/scope (fn [spawn] (ev/join (spawn (fn [] 5)))))  # => 5"
  (let [group (%group :all)
        spawn (fn [thunk] (%spawn-in group thunk))
        main (%spawn-in group (fn [] (body spawn)))
        failed (%scope group)]
    (ev/join (if (nil? failed) main failed))))

(defn ev/race [fibers]
  "Waits for the first of some fibers that ends, aborts the others, and gives its value or raises its error.
  (ev/race [(ev/spawn (fn [] 1)) (ev/spawn (fn [] (ev/sleep 1) 2))])  # => 1"
  (let [fibers (%fibers "ev/race" fibers)
        group (%group :first)]
    (when (empty? fibers)
      (error {:error :argument-error :message "ev/race: expected at least one fiber"}))
    (each f in fibers (%add-member group f "ev/race"))
    (ev/join (%race group))))

(defn ev/timeout [seconds thunk &opt late]
  "The value of the thunk, which runs in a fiber of its own. If it has not ended after so many seconds, it is aborted, and
  the value is `late`.
  (ev/timeout 0.01 (fn [] (ev/sleep 5)) :late)  # => :late"
  (%check-seconds seconds "ev/timeout")
  (let [group (%group :first)]
    (%spawn-in group thunk)
    (let [done (%timeout group seconds)]
      (if (nil? done) late (ev/join done)))))

(defn ev/select [fibers]
  "Waits for the first of some fibers that ends. Gives that fiber, and a collection of the others.
  (first (ev/select []))  # => nil"
  (let [items (%fibers "ev/select" fibers)
        done (%select items)
        rest (filter (fn [f] (not (identical? f done))) items)]
    [done
     (match (type-of fibers)
       :array (->array rest)
       :list (->list rest)
       :@array (thaw (->array rest))
       :set (freeze (apply @set rest))
       _ (apply @set rest))]))

(defn ev/as-completed [fibers]
  "Gives a function and a mutable array. The function waits for the next fiber that ends, in the order of their ends, and
  gives it; nil when none is left. Further fibers may be pushed to the array; the function takes them from there.
  (let [[next pool] (ev/as-completed [(ev/spawn (fn [] 5))])] [(ev/join (next)) (next)])  # => [5 nil]"
  (let [pool (thaw (->array (%fibers "ev/as-completed" fibers)))
        group (%group :each)]
    [(fn []
       (unless (empty? pool)
         (each f in (freeze pool) (%add-member group f "ev/as-completed"))
         (repeat (length pool) (pop pool)))
       (%next group))
     pool]))

(defn ev/shield [seconds thunk]
  "Calls the thunk. An abort that comes meanwhile is raised when it has returned, or after so many seconds, whichever is
  first.
  (ev/shield 1 (fn [] 5))  # => 5"
  (let [shield (%shield seconds)]
    (defer (%unshield shield)
      (thunk))))

(defn ev/run [& thunks]
  "Runs functions at once, each in a fiber of its own, and waits for all of them. Gives the value of the last, or raises
  the first error in their order.
  (ev/run (fn [] 1) (fn [] 2))  # => 2"
  (let [results (%join-own-protected (->array (map (fn [thunk] (%spawn thunk)) thunks)))]
    (each [ok value] in results
      (unless ok (error value)))
    (if (empty? results) nil (get (last results) 1))))

(defn ev/step [&opt timeout-ms]
  "Lets others run: once, or for so many milliseconds. Gives `:pending` if there are others that have not ended, and `:done`
  otherwise.
  (ev/step)  # => :done"
  (ev/sleep (if (nil? timeout-ms) 0 (/ timeout-ms 1000)))
  (if (= 1 (length (ev/fibers))) :done :pending))

(defn make-async-scheduler []
  "A struct of functions on the program's scheduler; there is no other. `:spawn` takes a function, or a fiber that was not
  resumed yet, and gives the fiber; `:pump` waits until all that were spawned so have ended; `:step` is `ev/step`,
  `:shutdown` is `ev/shutdown`; `:mark-joined` says that the error of a fiber has been seen.
  (let [s (make-async-scheduler)] (s:spawn (fn [] 1)) (s:pump))  # => nil"
  (let [fibers @[]]
    {:spawn (fn [body]
              (let [f (if (fiber? body) (%schedule body) (%spawn body))]
                (push fibers f)
                f))
     :pump (fn []
             (let [all (freeze fibers)]
               (repeat (length fibers) (pop fibers))
               (ev/join-protected all)
               nil))
     :step ev/step
     :shutdown ev/shutdown
     :mark-joined (fn [f] (when (%ended-with-error? f) (%abort-all [f])))
     :backend :lisle}))

(defn ev/with-scheduler [scheduler & thunks]
  "Runs functions at once and waits for all of them, as `ev/run` does; gives nil. There is one scheduler, whatever
  `make-async-scheduler` has made.
  (ev/with-scheduler (make-async-scheduler) (fn [] 1))  # => nil"
  (apply ev/run thunks)
  nil)

(defn %leave-group [group e]
  "What the owner of a group does that was aborted after it was told of a member's end.
  (try (%leave-group (%group :owned) :stop) (catch e e))  # => :stop"
  (%close group)
  (error e))

(defn %give-back [undo value e]
  "What a waiter does that was aborted after it was handed a value.
  (try (%give-back identity 1 :stop) (catch e e))  # => :stop"
  (undo value)
  (error e))
