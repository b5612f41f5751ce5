# Functions of the library that rely on nobody else running before they wait are not divided, however little fuel a
# process has: nothing is lost, taken twice, or let in once too often.
(def process ((import "std/process")))
(def sync ((import "std/sync")))
(defn run [f] (let [out @[]] (process:start (fn [] (push out (f))) :log :none :fuel 1) (get out 0)))

(run (fn [] (let [s (sync:make-semaphore 2) @inside 0 @most 0]
              (process:task-await-many
                (map (fn [_] (fn [] (repeat 5 (s:with (fn [] (assign inside (+ inside 1)) (assign most (max most inside)) (process:self) (assign inside (- inside 1)))))))
                     (range 8)))
              [(s:permits) inside (<= most 2)]))) # => [2 0 true]
(run (fn [] (let [q (sync:make-queue 1)
                  producers (map (fn [i] (process:task-async (fn [] (each k in (range 6) (q:put (+ (* i 6) k)))))) (range 4))
                  consumers (map (fn [_] (process:task-async (fn [] (map (fn [_] (q:take)) (range 8))))) (range 3))]
              (each p in producers (process:task-await p))
              (fold + 0 (map (fn [c] (fold + 0 (process:task-await c))) consumers))))) # => 276
(run (fn [] (let [latch (sync:make-latch) tasks (map (fn [i] (process:task-async (fn [] (latch:wait) i))) (range 10))]
              (latch:open)
              (fold + 0 (map process:task-await tasks))))) # => 45
(run (fn [] (let [lock (sync:make-lock) @n 0]
              (process:task-await-many (map (fn [_] (fn [] (repeat 5 (lock:with (fn [] (let [before n] (process:self) (assign n (+ before 1)))))))) (range 6)))
              n))) # => 30
(run (fn [] (let [[tx rx] (chan)]
              (process:spawn (fn [] (each k in (range 10) (chan/send tx k))))
              (fold + 0 (map (fn [_] (get (chan/recv-wait rx) 1)) (range 10)))))) # => 45
# A lock for readers and writers looks whether it is free, and then waits, in two functions.
(defn write-in-turn [fuel pause]
  (let [out @[] l (sync:make-rwlock)
        writer (fn [inside outside] (fn [] (repeat 5 (l:write-acquire) (repeat inside nil) (l:write-release) (repeat outside nil))))]
    (process:start (fn [] (process:task-await-many [(writer pause 3) (writer 2 1)]) (push out :done)) :log :none :fuel fuel)
    (get out 0)))
(distinct (map (fn [pause] (write-in-turn 2 pause)) (range 16))) # => @[:done]
(distinct (map (fn [pause] (write-in-turn 3 pause)) (range 16))) # => @[:done]
