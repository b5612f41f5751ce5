## status 1
## stderr the main program waits for a value from a channel
## stderr :deadlock
# Threads that wait for one another, and for nothing else, are told.
(def [tx rx] (chan))
(def [ty ry] (chan))
(def thread (sys/spawn (fn [] (chan/recv-wait rx) (chan/send ty 1))))
(chan/recv-wait ry)
(chan/send tx 1)
