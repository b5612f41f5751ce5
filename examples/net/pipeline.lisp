# What the shell writes as `sort | uniq -c | sort -rn`, with real subprocesses: counts the lines of a file.
# `lisle pipeline.lisp FILE`

(defn pump [from to]
  # What one end does not take yet, the other end waits with: nothing piles up here.
  (defer (port/close to)
    (stream/for-each (fn [chunk] (port/write to chunk)) (port/chunks from 65536))))

(defn pipeline [input commands]
  (let [processes (map (fn [[program & args]] (subprocess/exec program (->list args) :stderr :inherit :owned true)) commands)
        @from input]
    (ev/scope (fn [spawn]
      # Whatever fails in one of these fails here, and ends the others.
      (each process in processes
        (let [source from]
          (spawn (fn [] (pump source (get process :stdin)))))
        (assign from (get process :stdout)))
      (let [output (string (port/read-all from))]
        (each process in processes
          (unless (= 0 (subprocess/wait process)) (error {:error :pipeline :message "a command has failed"})))
        output)))))

(defn count-lines [path]
  (try (print (pipeline (port/open-bytes path :read) [["sort"] ["uniq" "-c"] ["sort" "-rn"]]))
    (catch e
      (unless (= (get e :error) :io-error) (error e))
      (eprintln (get e :message))
      (sys/exit 1))))

(match (sys/args)
  (path) (count-lines path)
  _ (begin (eprintln "usage: lisle pipeline.lisp FILE") (sys/exit 2)))
