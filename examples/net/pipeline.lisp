# What the shell writes as `sort | uniq -c | sort -rn`, with real subprocesses: counts the lines of a file.
# `lisle pipeline.lisp FILE`

(defn pump [from to]
  # What one end does not take yet, the other end waits with: nothing piles up here.
  (stream/for-each (fn [chunk] (port/write to chunk)) (port/chunks from 65536))
  (port/close to))

(defn pipeline [input commands]
  (let [processes (map (fn [[program & args]] (subprocess/exec program (->list args) :stderr :inherit)) commands)
        @from input]
    (each process in processes
      (let [source from]
        (ev/spawn (fn [] (pump source (get process :stdin)))))
      (assign from (get process :stdout)))
    (let [output (string (port/read-all from))]
      (each process in processes
        (unless (= 0 (subprocess/wait process)) (error {:error :pipeline :message "a command has failed"})))
      output)))

(match (sys/args)
  (path) (print (pipeline (port/open-bytes path :read) [["sort"] ["uniq" "-c"] ["sort" "-rn"]]))
  _ (println "usage: lisle pipeline.lisp FILE"))
