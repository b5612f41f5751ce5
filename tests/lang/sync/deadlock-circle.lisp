## status 1
## stderr each waits for the next: fiber 2 → fiber 3 → fiber 2
## stderr the main program waits for a value from a channel
## stderr fiber 2 waits for a lock (held by fiber 3)
## stderr fiber 3 waits for the end of fiber 2
## stderr fiber 4 waits for a lock (held by fiber 2)
## stderr nothing can end the waits of 4 fibers
# A circle through a lock and a join, and those who wait for the circle.
(def sync ((import "std/sync")))
(def a (sync:make-lock))
(def b (sync:make-lock))
(def [tx rx] (chan))
(def first-fiber (ev/spawn (fn [] (a:acquire) (ev/sleep 0) (b:acquire))))
(def second (ev/spawn (fn [] (b:acquire) (ev/sleep 0) (ev/join first-fiber))))
(def third (ev/spawn (fn [] (a:with (fn [] (chan/send tx 1))))))
(chan/recv-wait rx)
