# Waiting for threads.

(defn %join-thread [thread]
  "What sys/join gives when it has to wait.
  (sys/join (sys/spawn (fn [] (ev/sleep 0.001) 5)))  # => 5"
  (match (%thread-wait thread)
    nil (sys/join thread)
    [queue ticket] (begin
                     (defer (%thread-forget thread ticket)
                       (%park queue "the end of a thread"))
                     (sys/join thread))
    _ nil))
