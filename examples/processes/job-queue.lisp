# A job queue over TCP: at most so many jobs begin in a second, at most two run at a time, and a job that fails is tried again,
# later each time. `lisle job-queue.lisp 7003 4 1` (port, jobs a second, seconds before the second try), then
# `nc 127.0.0.1 7003`: SUM 2 3, SLOW seconds, SHAKY failures, KILL job, STATUS. Results come as lines of their own.
#
# The queue is one process; each job has one, which it watches; each connection has two: one reads, one writes.

(def process ((import "std/process")))

(def workers-max 2)
(def tries-max 3)

# A job is a struct of :id, :client, :tries and :run, which gets the number of the try. The state has those that wait, the
# number of those that will be tried later, those that run by their monitors, and how many may begin before the second is over.
(defn begin-jobs [state]
  (let [{:waiting waiting :running running :allowed allowed} state]
    (if (or (empty? waiting) (= allowed 0) (>= (length running) workers-max))
      state
      (let [job (first waiting)
            [worker reference] (process:spawn-monitor (fn [] ((get job :run) (get job :tries))))]
        (begin-jobs (put (put (put state :waiting (rest waiting))
                              :running (put running reference (put job :worker worker)))
                         :allowed (- allowed 1)))))))

(defn wait-again [state job]
  (begin-jobs (put state :waiting (push (get state :waiting) job))))

(defn ended [state job reason]
  (let [{:id id :client client :tries tries} job
        tell (fn [text] (process:send client [:say (string "job " id ": " text)]))]
    (match reason
      [:normal value] (begin (tell value) state)
      _ (if (< tries tries-max)
          # After once, twice, four times … the delay.
          (begin
            (process:send-in (* (get state :delay) (math/pow 2 (- tries 1))) (process:self)
              [:again (put job :tries (+ tries 1))])
            (put state :later (+ (get state :later) 1)))
          (begin (tell (string "failed after " tries " tries")) state)))))

(defn kill-worker [state id]
  (let [jobs (filter (fn [job] (= (get job :id) id)) (values (get state :running)))]
    (if (empty? jobs)
      "not running"
      (begin (process:exit (get (first jobs) :worker) :kill) "killed"))))

(def queue
  {:init (fn [[per-second delay]]
           (process:send-in 1 (process:self) :next-second)
           {:waiting [] :running {} :later 0 :next 1 :allowed per-second :per-second per-second :delay delay})
   :handle-call
   (fn [request _ state]
     (match request
       [:submit client run] (let [id (get state :next)]
                              [:reply id (wait-again (put state :next (+ id 1)) {:id id :client client :tries 1 :run run})])
       [:kill id] [:reply (kill-worker state id) state]
       :status [:reply (string (length (get state :running)) " running, " (length (get state :waiting)) " waiting, "
                         (get state :later) " later")
                       state]
       _ (error {:error :unknown-request :request request})))
   :handle-info
   (fn [message state]
     (match message
       :next-second (begin
                      (process:send-in 1 (process:self) :next-second)
                      [:noreply (begin-jobs (put state :allowed (get state :per-second)))])
       [:again job] [:noreply (wait-again (put state :later (- (get state :later) 1)) job)]
       [:DOWN reference _ reason]
       (let [running (get state :running)]
         [:noreply (begin-jobs (ended (put state :running (del running reference)) (get running reference) reason))])
       _ [:noreply state]))})

# What a line asks to be done, or nil.
(defn job-of [words]
  (match [(first words) (length words)]
    ["SUM" 3] (fn [_] (+ (parse-int (get words 1)) (parse-int (get words 2))))
    ["SLOW" 2] (fn [_] (ev/sleep (parse-int (get words 1))) "slept")
    ["SHAKY" 2] (fn [try] (if (<= try (parse-int (get words 1))) (error :not-yet) (string "done at try " try)))
    _ nil))

(defn answer [line]
  (let [words (string/split line " ") job (job-of words)]
    (match [(first words) (length words)]
      _ when (not (nil? job)) (string "job " (process:gen-server-call :jobs [:submit (process:self) job]) " accepted")
      ["KILL" 2] (process:gen-server-call :jobs [:kill (parse-int (get words 1))])
      ["STATUS" 1] (process:gen-server-call :jobs :status)
      _ "? SUM a b, SLOW seconds, SHAKY failures, KILL job, STATUS")))

(defn talk [connection]
  (let [writer (process:self)]
    (defer (port/close connection)
      (process:spawn-link
        (fn []
          (each line in (port/lines connection) (process:send writer [:line line]))
          (process:send writer :closed)))
      (forever
        (match (process:recv)
          [:line line] (port/write connection (string (answer line) "\n"))
          [:say text] (port/write connection (string text "\n"))
          _ (break))))))

(defn listen [port]
  (let [listener (tcp/listen "127.0.0.1" port) @count 0]
    (defer (port/close listener)
      (println "listening on " (port/path listener))
      (forever
        (let [connection (tcp/accept listener)]
          (assign count (+ count 1))
          (process:supervisor-start-child :connections
            {:id count :restart :temporary :start (fn [] (talk connection))}))))))

(defn serve [port per-second delay]
  (process:start
    (fn []
      (process:supervisor-start-link [] :name :connections)
      (process:supervisor-start-link
        [{:id :jobs :start (fn [] (process:gen-server-run queue [per-second delay] :name :jobs))}
         {:id :listener :start (fn [] (listen port))}])
      # Until the program is told to end.
      (sys/on-signal :sigterm (fn [_] (sys/exit 0)))
      (process:recv))
    :log :none))

(match (map parse-int (sys/args))
  (port) (serve port 4 1)
  (port per-second delay) (serve port per-second delay)
  _ (println "usage: lisle job-queue.lisp PORT [JOBS-PER-SECOND RETRY-SECONDS]"))
