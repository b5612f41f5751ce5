# n times a message of 1 MiB of structs through a channel that another thread knows, too; the rate is in bytes, as the heap
# counts them: 16 for a header and its fields, 32 for an entry
(def n (parse-int (first (sys/args))))
(def [tx rx] (chan))
# From now on values are copied when they are sent, and copied again when they are received.
(sys/join (sys/spawn (fn [] (chan/open? tx) nil)))
(def message (map (fn [i] {:id i :name "some name" :score (* 1.5 i)}) (range 8192)))
(def bytes-each (* 8192 (+ 16 16 (* 3 32))))
(def t0 (clock/monotonic))
(def @i 0)
(while (< i n)
  (chan/send tx message)
  (chan/recv rx)
  (assign i (+ i 1)))
(def dt (- (clock/monotonic) t0))
(println "# bytes in a message: " bytes-each)
(println "RESULT copy " n " " dt " " (/ (* n bytes-each) dt))
