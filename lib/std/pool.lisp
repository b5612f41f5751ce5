# Worker threads for work that keeps a processor busy. Fibers share one processor; this is how a program uses the others.
#
#   (def pool ((import "std/pool")))
#   (defn slow-square [x] (* x x))
#   (pool:map slow-square [1 2 3])  # => [1 4 9]
#   (pool:run (fn [] (slow-square 5)))  # => 25
#
# The workers are started when they are first needed, one for each core, and stay. Only the calling fiber waits. What a
# function refers to is copied to the worker, and its result is copied back; `sys/spawn` says what can be copied. The
# queue of work is bounded: who calls while it is full waits. If the caller is aborted, what no worker has begun is not
# done at all. Called by a worker, these functions do the work right there.

(defn check-function [name f]
  (match (type-of f)
    (or :closure :native-fn) nil
    kind (error {:error :type-error :message (string name ": expected function, got " kind)})))

(defn elements [xs]
  (match (type-of xs)
    (or :list :array :@array :set :@set) (->array xs)
    kind (error {:error :type-error :message (string "pool:map: expected sequence, got " kind)})))

# What a worker does with a piece of work: answers with its number and what `protect` gives. Nobody may want it any more.
(defn work [[f items number reply]]
  (when (chan/open? reply)
    (let [result (protect (freeze (map f items)))]
      (try (chan/send reply [number result])
        (catch e (chan/send reply [number [false e]])))))
  (chan/close reply))

(defn worker [jobs]
  (forever
    (let [received (chan/recv-wait jobs)]
      (unless (= (get received 0) :ok) (break))
      (work (get received 1)))))

# The elements in pieces: few enough that copying the function with each costs little, and enough that no worker is left
# without work while others still have much.
(defn pieces [items workers]
  (let [count (length items)
        size (max 1 (math/ceil (/ count (* 4.0 workers))))
        out @[]
        @at 0]
    (while (< at count)
      (let [end (min count (+ at size))]
        (push out (slice items at end))
        (assign at end)))
    out))

# Starts so many workers, which end when the sender that this gives is closed and everything is done. If all of them die
# before, whatever is in the channel is dropped, and who waits for it learns of that.
(defn start-workers [count]
  (let [[jobs taken] (chan (* 2 count))]
    (each _ in (range count) (sys/spawn (fn [] (worker taken))))
    (chan/close-recv taken)
    jobs))

# Sends the pieces to the workers, and gathers the answers. The first error in the order of the elements is raised; `lost` is
# called if there is no answer because a worker has died.
(defn share-out [jobs f parts lost]
  (let [[reply answers] (chan)
        results @[]
        @missing (length parts)
        @number 0]
    (defer (chan/close-recv answers)
      (each part in parts
        (push results nil)
        (unless (= (chan/send-wait jobs [f part number reply]) [:ok]) (lost))
        (assign number (+ number 1)))
      (chan/close reply)
      (while (> missing 0)
        (match (chan/recv-wait answers)
          [:ok [n result]] (begin
                             (put results n result)
                             (assign missing (- missing 1)))
          _ (lost)))
      (let [out @[]]
        (each [ok v] in results
          (unless ok (error v))
          (each x in v (push out x)))
        (freeze out)))))

(defn make [&opt workers]
  "A pool of its own, with so many workers, or one for each core: :map and :run as below, :size, and :close, after which the
  workers end when they have done what is queued. If a worker dies, those whose work it had get a :thread-error, and the
  workers are replaced.
  (let [p (pool:make 2)] (defer (p:close) (p:map inc [1 2 3])))  # => [2 3 4]
  (pool:make 0)  # raises :argument-error"
  (let [count (if (nil? workers) (sys/cores) workers)
        home (sys/thread-id)
        threaded (%threads?)
        @jobs nil
        @closed false]
    (unless (integer? count)
      (error {:error :type-error :message (string "pool:make: expected integer, got " (type-of count))}))
    (when (< count 1)
      (error {:error :argument-error :message (string "pool:make: expected a positive integer, got " count)}))
    (when threaded (assign jobs (start-workers count)))
    # Those that are left do what is queued, and end.
    (defn replace-workers []
      (chan/close jobs)
      (assign jobs (start-workers count)))
    (defn fail [what]
      (error {:error :thread-error :message (string "pool: " what)}))
    (defn share [f parts]
      (unless (or closed (chan/open? jobs)) (replace-workers))
      (let [used jobs]
        (share-out used f parts
          (fn []
            (when closed (fail "the pool is closed"))
            (when (identical? used jobs) (replace-workers))
            (fail "a worker has died")))))
    (defn pool-map [f xs]
      (check-function "pool:map" f)
      (let [items (elements xs)]
        (if (and threaded (= home (sys/thread-id)))
          (share f (pieces items count))
          (freeze (map f items)))))
    {:map pool-map
     :run (fn [f & args]
            (check-function "pool:run" f)
            (get (pool-map (fn [_] (apply f args)) [nil]) 0))
     :size (fn [] count)
     :close (fn []
              (assign closed true)
              (when threaded (chan/close jobs)))}))

(def @shared nil)

(defn the-pool []
  (when (nil? shared) (assign shared (make)))
  shared)

(defn pool-map [f xs]
  "The array of the results of f on each element, computed by the workers. The first error in the order of the elements is
  raised as it is.
  (pool:map (fn [x] (* x x)) (list 1 2 3))  # => [1 4 9]
  (pool:map (fn [x] (/ 1 x)) [1 0])  # raises :division-by-zero"
  ((get (the-pool) :map) f xs))

(defn run [f & args]
  "The value of f, called by a worker with the arguments.
  (pool:run + 1 2)  # => 3
  (ev/join [(ev/spawn (fn [] (pool:run inc 1))) (ev/spawn (fn [] (pool:run inc 2)))])  # => [2 3]"
  (apply (get (the-pool) :run) f args))

(defn size []
  "How many workers there are.
  (= (pool:size) (sys/cores))  # => true"
  ((get (the-pool) :size)))

(fn []
  {:map pool-map
   :run run
   :size size
   :make make})
