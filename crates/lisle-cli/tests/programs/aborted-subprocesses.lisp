# Everything that is done with subprocesses, aborted at every suspension.
#
# Another fiber looks at the states of all fibers whenever it has its turn, and stops the victim when they have changed so
# often, or lets it end by itself. Afterwards this process must have no children, and no more open descriptors than before.
# A case is a function that prepares something and gives a struct: `:run` is what the victim does, `:after` (optional) checks
# and undoes what was prepared, with the victim's outcome.

(def tasks "/proc/self/task")

(defn children []
  "The numbers of this process's children, zombies included."
  (string/trim
    (apply string
      (map (fn [t] (let [[ok text] (protect (file/read (path/join tasks t "children")))] (if ok text "")))
        (file/ls tasks)))))

(defn descriptors [] (length (file/ls "/proc/self/fd")))

(defn expect [what ok] (unless ok (error {:error :unexpected :message what})))

(defn wait-until [what ok]
  "Lets others run until something is so. What has gone wrong for good is not so in a minute, either."
  (let [start (clock/monotonic)]
    (while (not (ok))
      (expect (string what " " (children)) (< (- (clock/monotonic) start) 60))
      (ev/sleep 0.0001))))

(defn states [] (map (fn [f] [(get f :id) (get f :state) (get f :wait)]) (ev/fibers)))

(defn stop-after [victim changes]
  "Aborts the victim after so many changes. False if it had ended before."
  (let [@seen 0 @last (states)]
    (while (and (< seen changes) (not (fiber/done? victim)))
      (ev/sleep 0)
      (let [now (states)]
        (unless (= now last)
          (assign last now)
          (assign seen (+ seen 1)))))
    (let [runs (not (fiber/done? victim))]
      (when runs (ev/abort victim))
      runs)))

(defn clean-up [p]
  "Whatever a program did with a subprocess, this is how it ends."
  (subprocess/kill p :sigkill)
  (each name in [:stdin :stdout :stderr] (port/close (get p name)))
  (subprocess/wait p))

(def size 200000)
(def much (string/repeat "x" size))
(defn copier [] (subprocess/exec "cat" []))

(def cases
  {:system (fn []
     {:run (fn []
        (let [r (subprocess/system "sh" ["-c" "echo out; echo err >&2; exit 3"])]
          (expect (string "the result is whole: " r) (= r {:exit 3 :stdout "out\n" :stderr "err\n"}))))})
   :system-with-input (fn []
     {:run (fn []
        (let [r (subprocess/system "cat" [] {:input much})]
          (expect "the result is whole" (= r {:exit 0 :stdout much :stderr ""}))))})
   :system-missing (fn []
     {:run (fn []
        (let [[ok e] (protect (subprocess/system "no-such-program" []))]
          (expect (string "another error: " e) (or (= (get e :error) :exec-error) (= (get e :error) :aborted)))
          (when (= (get e :error) :aborted) (error e))))})
   :exec (fn []
     {:run (fn []
        (let [p (copier)]
          (defer (clean-up p)
            (port/write (get p :stdin) "one\ntwo")
            (expect "it answers" (= (port/read-line (get p :stdout)) "one"))
            (port/close (get p :stdin))
            (expect "to the end" (= (string (port/read-all (get p :stdout))) "two"))
            (expect "and ends" (= (subprocess/wait p) 0)))))})
   :wait (fn []
     (let [p (copier)]
       (ev/spawn (fn [] (port/close (get p :stdin))))
       {:run (fn [] (expect "it has ended well" (= (subprocess/wait p) 0)))
        :after (fn [_]
          (expect "the subprocess is unaffected" (= (subprocess/wait p) 0))
          (clean-up p))}))
   :read-lines (fn []
     (let [p (subprocess/exec "sh" ["-c" "echo one; printf tw; echo o; printf 'three\r\nthe end'"]) log @[]]
       {:run (fn [] (repeat 3 (push log (port/read-line (get p :stdout)))))
        :after (fn [_]
          (stream/for-each (fn [line] (push log line)) (port/lines (get p :stdout)))
          (expect (string "no line is lost: " log) (= log @["one" "two" "three" "the end"]))
          (expect "it has ended well" (= (subprocess/wait p) 0))
          (clean-up p))}))
   :read-all (fn []
     (let [p (subprocess/exec "sh" ["-c" "printf one >&2; printf two >&2"]) log @[]]
       {:run (fn [] (push log (string (port/read-all (get p :stderr)))))
        :after (fn [_]
          (push log (string (port/read-all (get p :stderr))))
          (expect (string "nothing is lost: " log) (= (apply string log) "onetwo"))
          (clean-up p))}))
   :write (fn []
     (let [p (copier) reader (ev/spawn (fn [] (length (port/read-all (get p :stdout)))))]
       {:run (fn [] (port/write (get p :stdin) much))
        :after (fn [outcome]
          (port/write (get p :stdin) "!")
          (port/close (get p :stdin))
          (let [n (ev/join reader)]
            (expect (string "a write is whole: " n) (or (= n (+ size 1)) (and (= n 1) (= outcome :aborted)))))
          (expect "it has ended well" (= (subprocess/wait p) 0))
          (clean-up p))}))
   :kill (fn []
     (let [p (subprocess/exec "sleep" ["1000"])]
       {:run (fn [] (subprocess/kill p) (subprocess/wait p))
        :after (fn [outcome]
          (subprocess/kill p)
          (expect "it was killed" (= (subprocess/wait p) -15))
          (clean-up p))}))})

(defn try-case [name make changes]
  "True if the victim had ended before."
  (let [case (make)
        victim (ev/spawn (get case :run))
        stopped (stop-after victim changes)
        [ok value] (ev/join-protected victim)]
    (unless (or ok (and stopped (= (get value :error) :aborted))) (error value))
    (when-let [after (get case :after)] (after (if ok :returned :aborted)))
    (wait-until "a job is left" (fn [] (= 0 (get (%census) :jobs))))
    (wait-until "a subprocess is left" (fn [] (= "" (children))))
    (wait-until "a fiber is left" (fn [] (= 1 (get (%census) :fibers))))
    (expect "an operation is left" (= 0 (get (%census) :operations)))
    (not stopped)))

(each [name make] in (pairs cases)
  (try-case name make 1000000)
  # A thread of this process may just be reading a file.
  (let [before (apply min (map (fn [_] (descriptors)) (range 9))) @changes 0]
    (forever
      (let [[ok value] (protect (try-case name make changes))]
        (unless ok
          (println name ", after " changes " changes: " value)
          (sys/exit 1))
        (wait-until (string name ", after " changes " changes: descriptors are left") (fn [] (<= (descriptors) before)))
        (assign changes (+ changes 1))
        (when value (break))))))

(println "none left")
