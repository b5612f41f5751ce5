# Threads: what is copied, what is shared, what is refused.
(defn square [x] (* x x))
(sys/join (sys/spawn (fn [] (map square [1 2 3]))))  # => [1 4 9]

# Joining again gives the same again.
(def t (sys/spawn (fn [] @[1])))
(type-of t)                                          # => :thread-handle
[(sys/join t) (sys/join t)]                          # => [@[1] @[1]]

# The thread has copies of what the function refers to, also of variables.
(def array @[1])
(def @v 5)
(def copied (sys/spawn (fn [] (push array 2) (assign v 6) [array v])))
(sys/join copied)                                    # => [@[1 2] 6]
[array v]                                            # => [@[1] 5]

# What is one thing in a message is one thing there, and what leads back to itself does so there.
(let [a @[0] pair [a a]] (sys/join (sys/spawn (fn [] (push (get pair 0) 1) (length (get pair 1))))))  # => 2
(let [ring @[]] (push ring ring) (sys/join (sys/spawn (fn [] (= ring (get ring 0))))))  # => true

(def values [nil true 1 2.5 "text" :key 'sym (list 1 2) [1 [2]] {:a {:b 1}} (set 1 2) (bytes 1 2)])
(= values (sys/join (sys/spawn (fn [] values))))     # => true
(let [s @"ab" b (box 1) m @[@[1]]] (sys/join (sys/spawn (fn [] [s (unbox b) m]))))  # => [@"ab" 1 @[@[1]]]
(let [large (->list (range 20000))] (= large (sys/join (sys/spawn (fn [] large)))))  # => true
(let [big (fold (fn [s i] (put s i (* i i))) {} (range 100))] (get (sys/join (sys/spawn (fn [] big))) 99))  # => 9801

# Functions are copied with what they capture.
(let [n 5] ((sys/join (sys/spawn (fn [] (fn [x] (+ x n))))) 1))  # => 6
(= inc (sys/join (sys/spawn (fn [] inc))))           # => true

# What cannot be sent is refused when the thread is started, with its path.
(def m @{})
(sys/spawn (fn [] m))                                # raises :thread-error
(let [conn {:socket (port/stdout)} [_ e] (protect (sys/spawn (fn [] conn)))] e:path)  # => "captured 'conn' → :socket"
(let [f (ev/spawn (fn [] 1)) [_ e] (protect (sys/spawn (fn [] [f])))] e:type)  # => :fiber
(let [deep [1 {:list (list 1 @{})}] [_ e] (protect (sys/spawn (fn [] deep)))] e:path)  # => "captured 'deep' → [1] → :list → [1]"
(let [p (parameter 1)] (sys/spawn (fn [] (p))))      # raises :thread-error
(sys/spawn 5)                                        # raises :type-error
(sys/spawn (fn [x] x))                               # raises :arity-error
(sys/join 5)                                         # raises :type-error

# A result that cannot be sent, and an error, are raised by the join, every time.
(def bad (sys/spawn (fn [] @{})))
(sys/join bad)                                       # raises :thread-error
(def failing (sys/spawn (fn [] (error {:error :boom :message "no" :n 3}))))
(let [[_ e] (protect (sys/join failing))] [e:error e:cause])  # => [:thread-error {:error :boom :message "no" :n 3}]
(sys/join failing)                                   # raises :thread-error

# Everything works in a thread.
(sys/join (sys/spawn (fn [] (ev/map (fn [x] (ev/sleep 0.01) (* 2 x)) [1 2]))))  # => [2 4]
(sys/join (sys/spawn (fn [] (println "from thread"))))  # prints from thread
(sys/join (sys/spawn (fn [] (sys/join (sys/spawn (fn [] (+ 1 1)))))))  # => 2
(let [sync ((import "std/sync"))] (sys/join (sys/spawn (fn [] (let [q (sync:make-queue 1)] (q:put 1) (q:take))))))  # => 1
(< 1 (sys/join (sys/spawn (fn [] (sys/thread-id)))))  # => true

# Only the calling fiber waits for a thread, and it can give up.
(def slow (sys/spawn (fn [] (ev/sleep 1) :slow)))
(def log @[])
(def meanwhile (ev/spawn (fn [] (push log :meanwhile))))
(ev/timeout 0.1 (fn [] (sys/join slow)) :late)       # => :late
log                                                  # => @[:meanwhile]
(sys/join slow)                                      # => :slow

# A channel's end that is sent to a thread is an end of the same channel. What is queued in it goes along.
(def [tx rx] (chan))
(chan/send tx 0)
(def producer (sys/spawn (fn [] (each i in [1 2 3] (chan/send tx i)) (chan/close tx))))
(chan/close tx)
(map (fn [_] (chan/recv-wait rx)) (range 5))         # => [[:ok 0] [:ok 1] [:ok 2] [:ok 3] [:disconnected]]
(def [ask asked] (chan))
(def server (sys/spawn (fn [] (let [[_ [x reply]] (chan/recv-wait asked)] (chan/send reply (square x))))))
(let [[reply answer] (chan)] (chan/send ask [7 reply]) (chan/recv-wait answer))  # => [:ok 49]
(chan/send ask @{})                                  # raises :thread-error
(let [[_ inner] (chan)] (chan/close-recv inner) (sys/join (sys/spawn (fn [] (chan/recv inner)))))  # => [:disconnected]

# Long strings and bytes are shared by the threads, not copied; they are like any others.
(def long-text (apply string (map (fn [_] "0123456789") (range 10000))))
(sys/join (sys/spawn (fn [] (length long-text))))    # => 100000
(= long-text (sys/join (sys/spawn (fn [] long-text))))   # => true
(let [b (bytes long-text)] (= b (sys/join (sys/spawn (fn [] b)))))   # => true
(sys/join (sys/spawn (fn [] (slice (get {:text long-text} :text) 5 8))))   # => "567"

# What may not leave a call of a closure may not on any thread.
(let [f (squelch (fn [] (yield 1)) :yield)] (sys/join (sys/spawn (fn [] (try (f) (catch e e:error))))))  # => :signal-violation
