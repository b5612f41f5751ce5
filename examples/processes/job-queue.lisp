# A job queue: at most so many jobs begin in a second, at most so many run at a time, and a job that fails is tried again,
# later each time.

(def process ((import "std/process")))

(def workers-max 2)
(def jobs-per-second 4)
(def tries-max 3)

# A job is a struct of :name, :run and :tries. The state has those that wait, the number of those that run by their
# monitors, how many may begin before the second is over, and who is told when all is done.
(def queue
  {:init (fn [boss]
           (process:send-in 1 (process:self) :next-second)
           {:waiting [] :running {} :allowed jobs-per-second :boss boss})
   :handle-cast (fn [job state] [:noreply (begin-jobs (put state :waiting (push (get state :waiting) job)))])
   :handle-info
   (fn [message state]
     (match message
       :next-second (begin
                      (process:send-in 1 (process:self) :next-second)
                      [:noreply (begin-jobs (put state :allowed jobs-per-second))])
       [:again job] [:noreply (begin-jobs (put state :waiting (push (get state :waiting) job)))]
       [:DOWN reference _ reason] (let [job (get (get state :running) reference)]
                                    [:noreply (begin-jobs (ended job reason (put state :running (del (get state :running) reference))))])
       _ [:noreply state]))})

(defn begin-jobs [state]
  (let [{:waiting waiting :running running :allowed allowed} state]
    (if (or (empty? waiting) (= allowed 0) (>= (length running) workers-max))
      state
      (let [job (first waiting)
            [_ reference] (process:spawn-monitor (get job :run))]
        (println (string/format "{} s: {} begins" (clock/monotonic) (get job :name)))
        (begin-jobs (put (put (put state :waiting (rest waiting))
                              :running (put running reference job))
                         :allowed (- allowed 1)))))))

(defn ended [job reason state]
  (let [{:name name :tries tries} job]
    (match reason
      [:normal value] (process:send (get state :boss) [:done name value])
      _ (if (< tries tries-max)
          # After 1, 2, 4 … seconds.
          (process:send-in (math/pow 2 (- tries 1)) (process:self) [:again (put job :tries (+ tries 1))])
          (process:send (get state :boss) [:failed name (process:exit-reason reason)])))
    state))

(defn submit [name run]
  (process:gen-server-cast :jobs {:name name :run run :tries 1}))

(process:start
  (fn []
    (process:gen-server-start-link queue (process:self) :name :jobs)
    (each n in (range 1 7)
      (submit (string "sum " n) (fn [] (ev/sleep 0.3) (+ n n))))
    (let [@tries 0]
      (submit "shaky" (fn [] (assign tries (+ tries 1)) (when (< tries 3) (error :not-yet)) :at-last)))
    (submit "hopeless" (fn [] (error :never)))
    (repeat 8
      (match (process:recv)
        [:done name value] (println (string/format "{} s: {} is done: {}" (clock/monotonic) name value))
        [:failed name reason] (println (string/format "{} s: {} has failed: {}" (clock/monotonic) name reason))
        _ nil))))
