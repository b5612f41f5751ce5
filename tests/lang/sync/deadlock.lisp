## status 1
## stderr waits for a value in a queue
## stderr :deadlock
# Waits that nobody can end are reported.
(def sync ((import "std/sync")))
(def queue (sync:make-queue 1))
(queue:take)
