# A program under supervision: it is started again when it fails, and ends with its supervisor.
# `lisle subprocess.lisp PROGRAM ARGUMENT...`

(def process ((import "std/process")))

(defn tell [event]
  (match (get event :event)
    :child-started (println "started")
    :child-exited (println "ended: " (string/format "{}" (process:exit-reason (get event :reason))))
    :max-restarts-reached (println "it fails too often")
    _ nil))

(defn supervise [program arguments]
  (process:start
    (fn []
      (process:trap-exit true)
      (process:supervisor-start-link
        [(process:make-subprocess-child :program program arguments :restart :transient :shutdown 1)]
        :name :top :max-restarts 2 :logger tell)
      # Ends when the program has ended well, when it fails too often, or after a line on standard input.
      (ev/spawn (fn [] (port/read-line (*stdin*)) (process:send 0 :enough)))
      (forever
        (match (process:recv-within 0.05)
          :enough (begin (println "stopping") (process:supervisor-stop :top) (break))
          [:EXIT _ reason] (break)
          _ (when (empty? (process:supervisor-which-children :top)) (break))))
      (println "done")
      (sys/exit 0))
    :log :none))

(let [words (sys/args)]
  (if (empty? words)
    (println "usage: lisle subprocess.lisp PROGRAM ARGUMENT...")
    (supervise (first words) (->array (rest words)))))
