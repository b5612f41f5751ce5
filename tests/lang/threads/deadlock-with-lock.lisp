## status 1
## stderr the main program waits for a lock (held by fiber 2)
## stderr :deadlock
# Two threads, each of which waits for the other, and a lock in between.
(def sync ((import "std/sync")))
(def l (sync:make-lock))
(def [tx rx] (chan))
(def t (sys/spawn (fn [] (chan/recv-wait rx))))
(def f (ev/spawn (fn [] (l:with (fn [] (sys/join t))))))
(ev/sleep 0)
(l:acquire)
(chan/send tx 1)
